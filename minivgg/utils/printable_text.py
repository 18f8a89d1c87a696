"""Text from other people that is safe to show: on a terminal, in a report, in a spreadsheet.

HTML and Markdown are in ``markup``.
"""

import re
import unicodedata
from collections.abc import Sequence

# control characters, direction marks and other invisible ones, surrogates, private use, separators
UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
# C0 and C1 without tab and line break, DEL, the marks that change the direction of text, Unicode's
# separators of lines, the BOM
CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
CONTROL_CHARACTERS = re.compile(f"[{CONTROLS}]")
LONE_SURROGATES = re.compile("[\ud800-\udfff]")  # from names that are not UTF-8
NOT_SHOWN = re.compile(f"[\t\n{CONTROLS}\ud800-\udfff]")
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?|[-+]?inf|nan", re.ASCII | re.IGNORECASE)
BYTE_ORDER_MARK = "\ufeff"  # without it, Excel on Windows reads UTF-8 as the system's old encoding
FORMULA_STARTS = "=+-@＝＋－＠"  # Excel accepts the full-width ones, too
# where a program that separates cells by ; or | would see a formula, possibly between quotes
LATER_FORMULA = re.compile(rf"([;|][\s\"']*)(?=[{re.escape(FORMULA_STARTS)}])")
QUOTED_LATER_FORMULA = re.compile(rf"([;|][\s\"']*)'(?=[{re.escape(FORMULA_STARTS)}])")


def printable(text: str, replacement: str = "?", keep: str = "") -> str:
    r"""Text without characters that a terminal acts on.

    Parameters
    ----------
    text : str
        The name of a file or student, for example.
    replacement : str
        What replaces each such character.
    keep : str
        Characters that are kept all the same, such as line breaks.

    Returns
    -------
    printable : str
        One line, unless ``keep`` contains line breaks.

    Examples
    --------
    >>> printable("Ada\x1b]0;title\x07")
    'Ada?]0;title?'
    """
    return "".join(
        replacement if unicodedata.category(c) in UNPRINTABLE and c not in keep else c for c in text
    )


def visible(text: str, keep: str = "") -> str:
    r"""Text whose control characters are written as escape sequences.

    Parameters
    ----------
    text : str
        Of anybody, such as the name of a file.
    keep : str
        Characters that are kept all the same, such as line breaks.

    Returns
    -------
    visible : str
        What a terminal shows as it is. It can be written as UTF-8.

    Examples
    --------
    >>> print(visible("\x1b]0;title\x07.png"))
    \x1b]0;title\x07.png
    """

    def shown(found: re.Match[str]) -> str:
        character = found[0]
        if character in keep:
            return character
        if "\udc80" <= character <= "\udcff":  # a byte of a name that is not UTF-8, see PEP 383
            return f"\\x{ord(character) - 0xDC00:02x}"
        return repr(character)[1:-1]

    return NOT_SHOWN.sub(shown, text)


def with_unix_line_ends(text: str) -> str:
    r"""Text whose lines all end in "\n".

    Parameters
    ----------
    text : str
        From any system.

    Returns
    -------
    text : str
        Without carriage returns.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_control_characters(text: str) -> str:
    r"""Text that can be written into a report.

    Invisible characters that some languages and emoji need are kept, unlike in ``printable``.

    Parameters
    ----------
    text : str
        From anybody.

    Returns
    -------
    text : str
        With line breaks and tabs as its only control characters. It can be written as UTF-8.

    Examples
    --------
    >>> without_control_characters("\x1b[31mred\r\nline two")
    '[31mred\nline two'
    """
    return LONE_SURROGATES.sub("\ufffd", CONTROL_CHARACTERS.sub("", with_unix_line_ends(text)))


def spreadsheet_cell(text: str) -> str:
    r"""Text as a cell that a spreadsheet program does not take for a formula.

    Parameters
    ----------
    text : str
        From anybody.

    Returns
    -------
    cell : str
        One line without control characters; what would be a formula begins with ', also behind a
        semicolon or a bar, where some programs begin another cell. Numbers are left as they are.

    Examples
    --------
    >>> spreadsheet_cell('=HYPERLINK("x")'), spreadsheet_cell("Ada\nByron")
    ('\'=HYPERLINK("x")', 'Ada Byron')
    >>> spreadsheet_cell("-1.5"), spreadsheet_cell("-1.5+A1")
    ('-1.5', "'-1.5+A1")
    """
    if NUMBER.fullmatch(text):
        return text
    line = without_control_characters(text).replace("\n", " ").replace("\t", " ")
    line = LATER_FORMULA.sub(r"\1'", line)
    begin = line.lstrip()
    return f"'{begin}" if begin[:1] in FORMULA_STARTS and len(begin) > 1 else line


def text_of_cell(cell: str) -> str:
    """The text of a cell that ``spreadsheet_cell`` made.

    Parameters
    ----------
    cell : str
        Possibly saved again by a spreadsheet program.

    Returns
    -------
    text : str
        Without the ' before each formula.
    """
    is_quoted = cell.startswith("'") and cell[1:2] in FORMULA_STARTS and len(cell) > 1
    return QUOTED_LATER_FORMULA.sub(r"\1", cell[1:] if is_quoted else cell)


def listed(names: Sequence[str], at_most: int) -> str:
    """The first names of a list, and how many more there are.

    Parameters
    ----------
    names : sequence of str
        At least one.
    at_most : int
        How many are shown.

    Returns
    -------
    text : str
        With commas.

    Examples
    --------
    >>> listed(["ada", "bob", "eve"], 2)
    'ada, bob and 1 more'
    """
    more = len(names) - at_most
    return ", ".join(names[:at_most]) + (f" and {more} more" if more > 0 else "")
