"""What archives are called, and the names of files in zips, whose encoding often is a guess."""

import zipfile
from collections.abc import Callable, Sequence
from itertools import pairwise

OTHERS = {b"Rar!": "RAR", b"7z\xbc\xaf": "7-Zip", b"ALZ\x01": "ALZip", b"EGGA": "ALZip"}
IS_UTF8 = 0x800  # the flag of a name that is UTF-8 for certain


def unreadable_archive(start: bytes) -> str | None:
    """The format of an archive that only other programs read.

    Parameters
    ----------
    start : bytes
        The first bytes of the file.

    Returns
    -------
    format : str or None
        Such as "RAR"; None for any other file.
    """
    return next((name for magic, name in OTHERS.items() if start.startswith(magic)), None)


def name_in_zip(entry: zipfile.ZipInfo) -> str:
    """The name of a member of a zip. Its encoding often has to be guessed.

    Parameters
    ----------
    entry : ZipInfo
        Of the member.

    Returns
    -------
    name : str
        If it is not marked as UTF-8: decoded as UTF-8 (macOS), else as Korean (Windows) if that
        gives common syllables, else according to the standard.
    """
    name = _certain_name(entry)
    if name is not None:
        return name
    raw = entry.orig_filename.encode("cp437")
    try:
        name = raw.decode("cp949")
    except UnicodeDecodeError:
        return entry.orig_filename
    syllables = [letter for letter in name if not letter.isascii()]
    usual = "".join(letter for letter in syllables if "가" <= letter <= "힣")
    if len(usual) == len(syllables) and any(_is_in(letter, "euc-kr") for letter in usual):
        return name
    return entry.orig_filename


def names_in_zip(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The names of all members of a zip, whose encoding is decided by all of them together.

    Parameters
    ----------
    entries : sequence of ZipInfo
        Of the members.

    Returns
    -------
    names : list of str
        UTF-8 where a name can be that. The others are Japanese or Chinese (Windows) where every
        one of them consists of usual characters of that language and no other; else each is as
        ``name_in_zip`` reads it.
    """
    names = [_certain_name(entry) for entry in entries]
    unknown = {
        entry.orig_filename.encode("cp437")
        for entry, name in zip(entries, names, strict=True)
        if name is None
    }
    encoding = _encoding_of(unknown) if unknown else None
    return [
        name
        if name is not None
        else entry.orig_filename.encode("cp437").decode(encoding)
        if encoding
        else name_in_zip(entry)
        for entry, name in zip(entries, names, strict=True)
    ]


def _certain_name(entry: zipfile.ZipInfo) -> str | None:
    """The name if it is UTF-8, with or without the mark, which few other names can be."""
    if entry.flag_bits & IS_UTF8:
        return entry.filename
    try:
        return entry.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeDecodeError:
        return None


def _encoding_of(names: set[bytes]) -> str | None:
    """The one encoding in which all the names are usual words; None without such evidence."""
    for encoding, is_usual, is_proof in _LANGUAGES:
        try:
            decoded = [name.decode(encoding) for name in names]
        except UnicodeDecodeError:
            continue
        foreign = [letter for text in decoded for letter in text if not letter.isascii()]
        if (
            all(is_usual(letter) for letter in foreign)
            and any(is_proof(letter) for letter in foreign)
            and not any(_touches_latin(text) for text in decoded)
        ):
            return encoding
    return None


def _touches_latin(text: str) -> bool:
    """Whether a foreign letter is beside a Latin one, as where "Möller" is misread."""
    return any(
        a.isascii() != b.isascii() and (a if a.isascii() else b).isalpha()
        for a, b in pairwise(text)
    )


def _is_in(letter: str, encoding: str) -> bool:
    """Whether a double-byte code has the letter.

    Of Korean syllables, the older one has the 2350 usual ones: the others look like names of other
    languages. Of Chinese characters, GB 2312 has the 6763 usual ones.
    """
    try:
        return len(letter.encode(encoding)) == 2
    except UnicodeEncodeError:
        return False


def _is_kana(letter: str) -> bool:
    return "\u3041" <= letter <= "\u30fc"


def _is_japanese(letter: str) -> bool:
    return _is_kana(letter) or ("一" <= letter <= "龥" and _is_in(letter, "shift_jis"))


def _is_korean(letter: str) -> bool:
    return "가" <= letter <= "힣" and _is_in(letter, "euc-kr")


def _is_chinese(letter: str) -> bool:
    return "一" <= letter <= "龥" and _is_in(letter, "gb2312")


Test = Callable[[str], bool]
# encoding, letters that a name may have, a letter without which it may be of another language
_LANGUAGES: tuple[tuple[str, Test, Test], ...] = (
    ("cp949", _is_korean, _is_korean),
    ("cp932", _is_japanese, _is_kana),
    ("gbk", _is_chinese, _is_chinese),
)
