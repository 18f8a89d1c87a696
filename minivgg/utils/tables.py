"""Rows of text as a table: for people, as Markdown, as CSV."""

import csv as csv_module
import io
import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from wcwidth import wcswidth, wcwidth


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
    widths = [max(map(display_width, column)) for column in zip(headers, *cells, strict=True)]
    right = [all(_is_number(row[i]) for row in cells) for i in range(len(headers))]

    def line(row: Sequence[str]) -> str:
        return "  ".join(
            padded(c, w, to_the_right=r) for c, w, r in zip(row, widths, right, strict=True)
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


def csv(headers: Sequence[str], rows: Iterable[Iterable[object]], delimiter: str = ",") -> str:
    """A table as comma-separated values.

    Parameters
    ----------
    headers : sequence of str
        The first line.
    rows : iterable of iterables
        The cells of each row.
    delimiter : str
        Between cells.

    Returns
    -------
    table : str
        With a line break at its end.
    """
    return "".join(csv_lines(headers, rows, delimiter))


def csv_lines(
    headers: Sequence[str], rows: Iterable[Iterable[object]], delimiter: str = ","
) -> Iterator[str]:
    """A table as comma-separated values, a row at a time.

    Parameters
    ----------
    headers : sequence of str
        The first line.
    rows : iterable of iterables
        The cells of each row; the next row is asked for when the one before it is done.
    delimiter : str
        Between cells.

    Yields
    ------
    line : str
        One row with a line break at its end, and those inside quoted cells.
    """
    for row in itertools.chain([headers], rows):
        line = io.StringIO()
        csv_module.writer(line, delimiter=delimiter, lineterminator="\n").writerow(row)
        yield line.getvalue()


def display_width(text: str) -> int:
    """How many columns of a terminal a text fills.

    Parameters
    ----------
    text : str
        One line.

    Returns
    -------
    columns : int
        Two for each character of Chinese, Japanese and Korean and for emoji, none for a combining
        accent.

    Examples
    --------
    >>> display_width("cat"), display_width("고양이")
    (3, 6)
    """
    composed = unicodedata.normalize("NFC", text)  # macOS stores Hangul in file names as its parts
    columns = wcswidth(composed)
    # -1 stands for a text with control characters, which fill no column
    return columns if columns >= 0 else sum(max(0, wcwidth(c)) for c in composed)


def padded(text: str, width: int, to_the_right: bool = False) -> str:
    """A text with spaces up to a width on the terminal.

    Parameters
    ----------
    text : str
        One line.
    width : int
        In columns, see ``display_width``.
    to_the_right : bool
        Put the spaces before the text.

    Returns
    -------
    padded : str
        The text as it is if it is as wide already.
    """
    spaces = " " * (width - display_width(text))
    return spaces + text if to_the_right else text + spaces


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).replace("-", "", 1).isdigit() or cell in ("", "–")
