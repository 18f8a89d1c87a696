"""The result of a check."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minivgg.plots.figure import Figure


@dataclass(frozen=True)
class Verdict:
    """What a check found out about an answer or a function. It is true if the check passed.

    Parameters
    ----------
    passed : bool
        Whether all is right.
    score : float
        From 0 to 1.
    mistakes : tuple of str
        The names of the recognised ones.
    message : str
        For the student.
    conventions : tuple of str
        The names of recognised conventions, which are not mistakes.
    picture : function, optional
        Draws the wrong entries.
    diagnoses : tuple of str
        Sentences about what the wrong results have in common: where they are wrong, and how they
        differ from the right ones.
    """

    passed: bool
    score: float
    mistakes: tuple[str, ...]
    message: str
    conventions: tuple[str, ...] = ()
    picture: "Callable[[], Figure] | None" = None
    diagnoses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        # short, since check has printed the message
        return f"<Verdict: {'passed' if self.passed else f'score {self.score:.2f}'}>"

    def _ipython_display_(self) -> None:
        """Show nothing: ``check`` has printed the message already."""
