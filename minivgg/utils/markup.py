"""Texts from other people as HTML and Markdown that shows them as they are."""

import html
import re

from minivgg.utils.printable_text import without_control_characters

# an underscore between letters or digits is no emphasis
MARKDOWN_SIGNS = re.compile(r"([\\`*{}\[\]<>#~$@&!|]|(?<![^\W_])_|_(?![^\W_]))")
MARKDOWN_STARTS = re.compile(r"[-+=:]|\d+(?=[.)])")
PLAIN_CODE = re.compile(r"[\w., +/-]+")


class Markup(str):
    """Markdown that is meant as such, unlike other text.

    ``tables.markdown`` leaves it as it is.
    """

    __slots__ = ()


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


def escape_markdown(text: str) -> Markup:
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
    \# \<b\>conv_forward\</b\> at https\://example.org
    """
    escaped = MARKDOWN_SIGNS.sub(r"\\\1", " ".join(without_control_characters(text).split()))
    escaped = escaped.replace("://", "\\://")
    escaped = re.sub(r"\b(www)\.", r"\1\\.", escaped, flags=re.IGNORECASE)
    if start := MARKDOWN_STARTS.match(escaped):  # of a list, for example
        # a number is not escaped, but the sign after it
        at = start.end() if start[0].isdigit() else 0
        return Markup(f"{escaped[:at]}\\{escaped[at:]}")
    return Markup(escaped)


def markdown_name(text: str) -> Markup:
    r"""A name in Markdown: as code, if it is an ordinary one.

    Parameters
    ----------
    text : str
        Of anybody.

    Returns
    -------
    name : Markup
        In one line, without HTML.

    Examples
    --------
    >>> print(markdown_name("cats-2"), markdown_name("`<b>"))
    `cats-2` \`\<b\>
    """
    return Markup(f"`{text}`") if PLAIN_CODE.fullmatch(text) else escape_markdown(text)


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
