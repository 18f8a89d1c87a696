"""The findings as text, for people: what is to be done first, and what is in order."""

import textwrap
from collections.abc import Sequence

from minivgg.training.diagnosis.findings import Finding, Severity
from minivgg.utils import tables

SIGNS = {Severity.PROBLEM: "problem", Severity.WARNING: "warning", Severity.NOTE: "note"}
WIDTH = 100  # columns of the text


def findings_as_text(
    findings: Sequence[Finding], everything: bool = False, how_to_show: str = ""
) -> str:
    """A table of the findings, each with its advice below it.

    Parameters
    ----------
    findings : sequence of Finding
        In the order in which they are to be shown.
    everything : bool
        Whether those that are in order are shown as well.
    how_to_show : str
        What shows them all, for the last line.

    Returns
    -------
    str
        Without a newline at the end.
    """
    shown = [f for f in findings if everything or f.severity > Severity.OK]
    parts = []
    if shown:
        width = max(len(f.name) for f in shown)
        rows = [row for finding in shown for row in _rows(finding, WIDTH - width - 11)]
        parts = [tables.text(("", "", "found"), rows)]
    fine = sum(f.severity == Severity.OK for f in findings)
    if not any(f.is_trouble for f in findings):
        parts.append("nothing found that would keep this net from learning")
    elif not everything:
        are = "finding is" if fine == 1 else "findings are"
        parts += ["", f"{fine} other {are} in order{f' ({how_to_show})' if how_to_show else ''}"]
    return "\n".join(parts)


def _rows(finding: Finding, width: int) -> list[tuple[str, str, str]]:
    """A finding as rows of a table: its sentence and its advice, in lines that fit."""
    lines = textwrap.wrap(finding.sentence, width)
    lines += textwrap.wrap(f"→ {finding.advice}", width) if finding.advice else []
    first = (SIGNS.get(finding.severity, "ok"), finding.name, lines[0])
    return [first, *(("", "", line) for line in lines[1:])]
