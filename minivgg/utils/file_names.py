"""Names of files: from the names of people and classes, on every system, and in their order."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePath

MAX_LENGTH = 100
MAX_BYTES = 180  # in UTF-8: systems allow 255 together with what is added
# Windows reserves these, with any ending
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)

JOINERS = "\u200c\u200d"  # invisible, but needed in Persian, in Indian languages and in emoji
ADDRESSES = ("http://", "https://", "ftp://", "s3://", "gs://", "file://")


def is_address(name: str) -> bool:
    """Whether a text is an address of the internet or of a store, not a path.

    Parameters
    ----------
    name : str
        Such as "https://example.org/cats.zip".

    Returns
    -------
    is_address : bool
        By how it begins, in upper or lower case.
    """
    return name.lower().startswith(ADDRESSES)


def natural_order(path: PurePath) -> list[str | int]:
    """A key for sorting paths as people do: 2.jpg before 10.jpg.

    Parameters
    ----------
    path : PurePath
        Of a file or folder.

    Returns
    -------
    key : list
        Texts and numbers in turn.

    Examples
    --------
    >>> sorted(map(PurePath, ["10.jpg", "2.jpg", "1.jpg"]), key=natural_order)[-1].name
    '10.jpg'
    """
    parts = re.split(r"(\d+)", path.as_posix().casefold())
    return [int(part) if i % 2 else part for i, part in enumerate(parts)]


def readable(name: str) -> str:
    r"""A name that can be shown and saved everywhere.

    Parameters
    ----------
    name : str
        Of a file, as the system gives it.

    Returns
    -------
    name : str
        In composed form; what is not UTF-8 or cannot be printed is written as an escape sequence.

    Examples
    --------
    >>> print(readable(b"M\xfcller".decode("utf-8", "surrogateescape")))
    M\xfcller
    """
    text = name.encode("utf-8", "surrogateescape" if _is_from_system(name) else "replace")
    composed = unicodedata.normalize("NFC", text.decode("utf-8", "backslashreplace"))
    return "".join(
        letter
        if letter.isprintable() or letter in JOINERS
        else letter.encode("unicode_escape").decode("ascii")
        for letter in composed
    )


def _is_from_system(name: str) -> bool:
    """Whether all surrogates in a name stand for single bytes, see PEP 383."""
    return not re.search("[\ud800-\udc7f\udd00-\udfff]", name)


def safe_file_names(names: Sequence[str]) -> list[str]:
    """Names of files, without an ending: all different, and allowed on every system.

    Parameters
    ----------
    names : sequence of str
        Any texts.

    Returns
    -------
    list of str
        One for each, as similar as possible. A long one is cut, and ends with a number that
        depends on what is cut off.

    Examples
    --------
    >>> safe_file_names(["trench coat", "a/b", "a:b", "CON", "Cat", "cat"])
    ['trench coat', 'a-b', 'a-b-2', 'CON-', 'Cat', 'cat-2']
    """
    taken: set[str] = set()
    safe = []
    for name in names:
        plain = (
            _cut(re.sub(r'[\x00-\x1f\x7f\ud800-\udfff/\\:*?"<>|]', "-", name)).strip(". ") or "-"
        )
        plain += "-" if DEVICES.fullmatch(plain) else ""
        different, number = plain, 2
        while different.casefold() in taken:  # upper and lower case are one name on some systems
            different, number = f"{plain}-{number}", number + 1
        taken.add(different.casefold())
        safe.append(different)
    return safe


def _cut(name: str) -> str:
    if len(name) <= MAX_LENGTH and len(name.encode()) <= MAX_BYTES:
        return name
    mark = "-" + hashlib.sha256(name.encode()).hexdigest()[:8]
    short = name[: MAX_LENGTH - len(mark)].encode()[: MAX_BYTES - len(mark)]
    return short.decode("utf-8", "ignore") + mark
