"""Texts from students and platforms, made harmless in HTML and Markdown."""

import html
import re

from minivgg.utils.printable_text import without_control_characters

MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]<>#~$@&!|])")
MARKDOWN_STARTS = re.compile(r"[-+=:]|\d+(?=[.)])")


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
    return html.escape(without_control_characters(text))


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
    escaped = MARKDOWN_SIGNS.sub(r"\\\1", " ".join(without_control_characters(text).split()))
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
    text = without_control_characters(text)
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence, *text.splitlines(), fence]
