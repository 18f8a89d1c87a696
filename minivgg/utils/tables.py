"""Rows of text as a table: for people, as Markdown, as CSV.

Cells may be from anybody: what a terminal, Markdown or a spreadsheet would act on is written so
that it is shown only.
"""

import csv as csv_module
import io
import itertools
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence

from wcwidth import wcswidth, wcwidth

from minivgg.utils.markup import Markup, escape_markdown
from minivgg.utils.printable_text import NUMBER, spreadsheet_cell, visible


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
    cells = [[visible(str(cell)) for cell in row] for row in rows]
    headers = list(map(visible, headers))
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
        The cells of each row, as text; ``Markup`` is left as it is, and so are numbers.

    Returns
    -------
    table : str
        With a line break at its end.
    """
    lines = [
        map(_markdown_cell, headers),
        ["---"] * len(headers),
        *(map(_markdown_cell, row) for row in rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _markdown_cell(cell: object) -> str:
    text = str(cell)
    return text if isinstance(cell, Markup) or NUMBER.fullmatch(text) else escape_markdown(text)


def csv(
    headers: Sequence[str],
    rows: Iterable[Iterable[object]],
    delimiter: str = ",",
    unchanged: Collection[int] = (),
) -> str:
    """A table as comma-separated values.

    Parameters
    ----------
    headers : sequence of str
        The first line.
    rows : iterable of iterables
        The cells of each row.
    delimiter : str
        Between cells.
    unchanged : collection of int
        Columns that are written as they are, even if a spreadsheet takes them for formulas.

    Returns
    -------
    table : str
        With a line break at its end.
    """
    return "".join(csv_lines(headers, rows, delimiter, unchanged))


def csv_lines(
    headers: Sequence[str],
    rows: Iterable[Iterable[object]],
    delimiter: str = ",",
    unchanged: Collection[int] = (),
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
    unchanged : collection of int
        As for ``csv``.

    Yields
    ------
    line : str
        One row with a line break at its end, and those inside quoted cells.
    """
    for row in itertools.chain([headers], rows):
        line = io.StringIO()
        cells = [
            spreadsheet_cell(cell) if isinstance(cell, str) and k not in unchanged else cell
            for k, cell in enumerate(row)
        ]
        csv_module.writer(line, delimiter=delimiter, lineterminator="\n").writerow(cells)
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
