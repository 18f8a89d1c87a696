"""What a check has found: a number, a sentence about it, and what to do."""

from dataclasses import dataclass
from enum import IntEnum
from functools import partial


class Severity(IntEnum):
    """How bad a finding is; the larger, the worse."""

    OK = 0
    NOTE = 1  # worth knowing, no reason why a net does not learn
    WARNING = 2  # probably slows the training, or makes its result worse
    PROBLEM = 3  # with this the net cannot learn, or what it learns is worth nothing


@dataclass(frozen=True)
class Finding:
    """What one check has found.

    Parameters
    ----------
    name : str
        What was looked at, such as "dead ReLUs".
    value : float or None
        The number that decides; None where there is none.
    sentence : str
        What was found, with the numbers.
    advice : str
        What to do, in one sentence; empty where nothing needs to be done.
    severity : Severity
        How bad it is.
    """

    name: str
    value: float | None
    sentence: str
    advice: str = ""
    severity: Severity = Severity.OK

    @property
    def is_trouble(self) -> bool:
        """Whether it is a warning or a problem."""
        return self.severity >= Severity.WARNING


problem = partial(Finding, severity=Severity.PROBLEM)
warning = partial(Finding, severity=Severity.WARNING)
note = partial(Finding, severity=Severity.NOTE)


def percent(share: float) -> str:
    """A share as text.

    Parameters
    ----------
    share : float
        From 0 to 1.

    Returns
    -------
    str
        Such as "12 %", or "0.4 %" where it is small.
    """
    if 0 < share < 0.0005:
        return "<0.1 %"
    digits = 1 if 0 < share < 0.1 or 0.9 < share < 1 else 0
    return f"{100 * share:.{digits}f} %"
