"""Texts of students and platforms, made harmless in HTML, Markdown and spreadsheets."""

import html
import re

# C0 and C1 without tab and line break, DEL, the marks that change the direction of text, the BOM
CONTROL_CHARACTERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
LONE_SURROGATES = re.compile("[\ud800-\udfff]")  # of names that are not UTF-8
FORMULA_STARTS = "=+-@＝＋－＠"  # Excel reads the wide ones, too
MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>#~$@&!|])")
MARKDOWN_STARTS = re.compile(r"[-+=:]|\d+(?=[.)])")


def plain(text: str) -> str:
    r"""Text without control characters.

    Parameters
    ----------
    text : str
        Of anybody.

    Returns
    -------
    plain : str
        With line breaks and tabs as its only control characters. It can be written as UTF-8.

    Examples
    --------
    >>> plain("\x1b[31mred\r\nline two")
    '[31mred\nline two'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return LONE_SURROGATES.sub("\ufffd", CONTROL_CHARACTERS.sub("", lines))


def escape_html(text: str) -> str:
    """Text as HTML.

    Parameters
    ----------
    text : str
        Of anybody.

    Returns
    -------
    escaped : str
        Also for attributes; without control characters.
    """
    return html.escape(plain(text))


def escape_markdown(text: str) -> str:
    r"""Text in one line that Markdown shows as it is.

    Parameters
    ----------
    text : str
        Of anybody.

    Returns
    -------
    escaped : str
        Without HTML, links, headings, lists, emphasis, and addresses that become links.

    Examples
    --------
    >>> print(escape_markdown("# <b>conv_forward</b> at https://example.org"))
    \# \<b\>conv\_forward\</b\> at https\://example.org
    """
    escaped = MARKDOWN_SIGNS.sub(r"\\\1", " ".join(plain(text).split()))
    escaped = escaped.replace("://", "\\://")
    escaped = re.sub(r"\b(www)\.", r"\1\\.", escaped, flags=re.IGNORECASE)
    if start := MARKDOWN_STARTS.match(escaped):  # of a list, for example
        # a number is not escaped, but the sign after it
        at = start.end() if start[0].isdigit() else 0
        return f"{escaped[:at]}\\{escaped[at:]}"
    return escaped


def markdown_code(text: str) -> list[str]:
    """Lines of Markdown that show a text as code.

    Parameters
    ----------
    text : str
        Of anybody.

    Returns
    -------
    lines : list of str
        With a fence that is longer than any in the text.
    """
    text = plain(text)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *text.splitlines(), fence]


def spreadsheet_cell(text: str) -> str:
    r"""Text as a cell that a spreadsheet does not read as a formula.

    Parameters
    ----------
    text : str
        Of anybody.

    Returns
    -------
    cell : str
        In one line, without control characters; with ' before what would be a formula.

    Examples
    --------
    >>> spreadsheet_cell('=HYPERLINK("x")'), spreadsheet_cell("Ada\nByron")
    ('\'=HYPERLINK("x")', 'Ada Byron')
    """
    line = " ".join(plain(text).split())
    return f"'{line}" if line[:1] in FORMULA_STARTS and line else line


def text_of_cell(cell: str) -> str:
    """The text of a cell that ``spreadsheet_cell`` has made.

    Parameters
    ----------
    cell : str
        Of marks.csv, also when a spreadsheet has saved it.

    Returns
    -------
    text : str
        Without the ' before a formula.
    """
    is_quoted = cell.startswith("'") and cell[1:2] in FORMULA_STARTS and len(cell) > 1
    return cell[1:] if is_quoted else cell
