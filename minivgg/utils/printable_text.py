"""Text of others that is safe to print on a terminal."""

import unicodedata

NOT_PRINTED = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # control, direction and such, surrogates


def printable(text: str) -> str:
    r"""A text in one line, without characters that a terminal acts upon.

    Parameters
    ----------
    text : str
        A name of a file or student, for example.

    Returns
    -------
    printable : str
        With "?" instead of each such character.

    Examples
    --------
    >>> printable("Ada\x1b]0;title\x07")
    'Ada?]0;title?'
    """
    return "".join("?" if unicodedata.category(c) in NOT_PRINTED else c for c in text)
