"""Reading a table that a spreadsheet program has saved, whatever it did to the file.

Excel, LibreOffice and Numbers separate cells by commas, semicolons or tabs, write decimal commas,
and save in UTF-8, UTF-16 or the old encoding of the system.
"""

import csv
import io
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeAlias

from minivgg.utils.printable_text import text_of_cell

Table: TypeAlias = list[list[str]]  # rows of cells, the headers first

BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ENCODINGS = ("utf-8", "cp1252", "cp949", "cp932", "gb18030", "cp1250", "cp1251", "mac_roman")
DELIMITERS = (",", ";", "\t")
MAX_BYTES = 20 * 2**20

csv.field_size_limit(MAX_BYTES)


def read_table(raw: bytes, header: str, count_known: Callable[[Table], int]) -> Table | None:
    """The cells of a file.

    Parameters
    ----------
    raw : bytes
        Of the file.
    header : str
        A header that the table has.
    count_known : function
        How many rows of a table are known: of all encodings in which the file can be read, the one
        with the most is right.

    Returns
    -------
    table : list of list of str, or None
        Without empty rows, and all rows of the same length. None if it is no such table.
    """
    if len(raw) > MAX_BYTES:
        return None
    found = [table for text in texts_of(raw) if (table := _cells(text, header))]
    return max(found, key=count_known, default=None)


def texts_of(raw: bytes) -> list[str]:
    """The text of a file in each encoding in which it can be read.

    Parameters
    ----------
    raw : bytes
        Of the file.

    Returns
    -------
    texts : list of str
        Only one if it is UTF-8 or UTF-16.
    """
    encodings: Sequence[str] = ENCODINGS
    for mark, encoding in BOMS.items():
        if raw.startswith(mark):
            encodings = (encoding,)
    if raw[1:2] == b"\0":
        encodings = ("utf-16-le",)
    texts = []
    for encoding in encodings:
        try:
            texts.append(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8":  # no other text is valid UTF-8 by chance
            break
    return texts


def _cells(text: str, header: str) -> Table | None:
    text = re.sub(r"\Asep=.\r?\n", "", text.lstrip("\ufeff"), flags=re.IGNORECASE)
    for delimiter in DELIMITERS:
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        rows = [[cell.strip() for cell in row] for row in rows if any(map(str.strip, row))]
        if len(rows) > 0 and header in [comparable_name(cell) for cell in rows[0]]:
            width = max(map(len, rows))
            return [[*row, *[""] * (width - len(row))] for row in rows]
    return None


def comparable_name(cell: str) -> str:
    """A name as it is compared: without the mark of a text cell, and normalized.

    Parameters
    ----------
    cell : str
        Of a table.

    Returns
    -------
    name : str
        In lower case.

    Examples
    --------
    >>> comparable_name("'=Ada  BYRON")
    '=ada byron'
    """
    cell = text_of_cell(cell[1:] if cell.startswith("'") else cell)
    visible = "".join(c for c in cell if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(unicodedata.normalize("NFC", visible).casefold().split())


def comparable_number(cell: str) -> str:
    """A student's number as it is compared: spreadsheets drop leading zeros and add decimals.

    Parameters
    ----------
    cell : str
        Of a table.

    Returns
    -------
    number : str
        In lower case.

    Examples
    --------
    >>> comparable_number("00123"), comparable_number("123.0"), comparable_number("b-7")
    ('123', '123', 'b-7')
    """
    cell = re.sub(r"[.,]0+$", "", comparable_name(cell))
    return cell.lstrip("0") or cell


def number_in(cell: str) -> float | None:
    """The number in a cell, with a decimal point or a decimal comma.

    Parameters
    ----------
    cell : str
        Of a table.

    Returns
    -------
    number : float, optional
        None if there is no finite number in it.

    Examples
    --------
    >>> number_in("8,5"), number_in(" 10 "), number_in("ten")
    (8.5, 10.0, None)
    """
    cell = re.sub(r"[\s'\u00a0\u202f]", "", unicodedata.normalize("NFKC", cell))
    if not re.fullmatch(r"[+-]?\d+([.,]\d*)?", cell, re.ASCII):
        return None
    value = float(cell.replace(",", "."))
    return value if math.isfinite(value) else None
