"""Rows of text as a table: for people, as Markdown, as CSV."""

import csv as csv_module
import io
from collections.abc import Iterable, Sequence


def text(headers: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table for people: columns under their headers, with a rule between.

    Parameters
    ----------
    headers : sequence of str
        One for each column.
    rows : iterable of iterables
        The cells of each row, as many as there are headers.

    Returns
    -------
    table : str
        Columns of numbers are aligned to the right, others to the left.

    Examples
    --------
    >>> print(text(("net", "error, %"), [("A", 29.6), ("E", 25.5)]))
    net  error, %
    ─────────────
    A        29.6
    E        25.5
    """
    cells = [list(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(headers, *cells, strict=True)]
    right = [all(_is_number(row[i]) for row in cells) for i in range(len(headers))]

    def line(row: Sequence[str]) -> str:
        return "  ".join(
            f"{c:>{w}}" if r else f"{c:<{w}}" for c, w, r in zip(row, widths, right, strict=True)
        ).rstrip()

    return "\n".join([line(headers), "─" * (sum(widths) + 2 * len(widths) - 2), *map(line, cells)])


def markdown(headers: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in GitHub's Markdown.

    Parameters
    ----------
    headers : sequence of str
        One for each column.
    rows : iterable of iterables
        The cells of each row. A bar in a cell stays a bar.

    Returns
    -------
    table : str
        With a line break at its end.
    """
    lines = [headers, ["---"] * len(headers), *rows]
    return "".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


def csv(headers: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table as comma-separated values.

    Parameters
    ----------
    headers : sequence of str
        The first line.
    rows : iterable of iterables
        The cells of each row.

    Returns
    -------
    table : str
        With a line break at its end.
    """
    out = io.StringIO()
    csv_module.writer(out, lineterminator="\n").writerows([headers, *rows])
    return out.getvalue()


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).replace("-", "", 1).isdigit() or cell in ("", "–")
