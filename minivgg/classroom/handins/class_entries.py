"""Who handed in the entries of a class, where a name alone does not say and all are needed.

Gradescope describes its folders in submission_metadata.yml, and Blackboard each attempt in a .txt
file; GitHub Classroom puts the name of the assignment before each user's name.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

from minivgg.classroom.handins.file_names import COPY_MARK, stem_of
from minivgg.classroom.handins.gradescope_metadata import GRADESCOPE_LIST, read_class
from minivgg.classroom.handins.platforms import BLACKBOARD_NAME, Sender, platform_of, sender_of
from minivgg.utils.file_names import readable

RECEIPT_NAME = re.compile(r"^[^:\n]{1,20}: *(?P<name>[^\n]*?) *\((?P<user>[^()\n]+)\)\s*$")


def senders_of(folder: Path, entries: Sequence[Path]) -> dict[str, Sender]:
    """The students of a class, by the names of the entries.

    Parameters
    ----------
    folder : Path
        Of the class.
    entries : sequence of Path
        In this folder.

    Returns
    -------
    senders : dict
        {name of an entry: its student}, also for missing entries that Gradescope lists.
    """
    senders = named_senders(entries)
    if (folder / GRADESCOPE_LIST).is_file():
        return senders | read_class(folder / GRADESCOPE_LIST)
    platforms = {sender.platform for sender in senders.values() if sender.platform}
    if platforms:
        return senders | (_on_blackboard(entries) if platforms == {"Blackboard"} else {})
    return senders | _numbered(entries) | _on_github(folder, entries)


def named_senders(entries: Sequence[Path]) -> dict[str, Sender]:
    """The students of a class, by nothing but the names of the entries.

    Parameters
    ----------
    entries : sequence of Path
        Of the class.

    Returns
    -------
    senders : dict
        {name of an entry: its student}, with one platform for all that fit its names.
    """
    platform = platform_of(entry.name for entry in entries)
    return {entry.name: sender_of(entry.name, entry.is_dir(), platform) for entry in entries}


def _on_blackboard(entries: Sequence[Path]) -> dict[str, Sender]:
    """Senders with the names from the receipts, and user names that may contain a _."""
    found = {entry: BLACKBOARD_NAME.fullmatch(readable(entry.name)) for entry in entries}
    heads = {entry: match["head"] for entry, match in found.items() if match}
    if not heads:
        return {}
    receipts = {
        match["head"]: _receipt(entry)
        for entry, match in found.items()
        if match and match["receipt"]
    }
    different = set(heads.values())
    common = _common_start(different)
    assignment = common[: common.rfind("_") + 1] if len(different) > 1 else ""
    senders = {}
    for entry, head in heads.items():
        sender = sender_of(entry.name, platform="Blackboard")
        name, user = receipts.get(head) or ("", "")
        if not user or not f"_{head}".endswith(f"_{user}"):
            user = head[len(assignment) :] if assignment else sender.number
        senders[entry.name] = replace(sender, name=name or user, number=user)
    return senders


def _receipt(path: Path) -> tuple[str, str] | None:
    """The name and the user name in the first line of what Blackboard writes for an attempt."""
    if not path.is_file() or path.is_symlink():
        return None
    with path.open("rb") as file:
        line = file.readline(1000).decode("utf-8-sig", "replace")
    found = RECEIPT_NAME.match(line)
    return (readable(found["name"]), readable(found["user"])) if found else None


def _on_github(folder: Path, entries: Sequence[Path]) -> dict[str, Sender]:
    """The users of repositories, whose names begin with that of the assignment."""
    names = [entry.name for entry in entries if entry.is_dir()]
    repositories = sum(_is_repository(entry) for entry in entries)
    assignment = folder.name.removesuffix("-submissions")
    is_download = folder.name != assignment
    if not names or not (is_download or 2 * repositories > len(names)):
        return {}
    prefix = f"{assignment}-"
    if not (is_download and all(name.startswith(prefix) for name in names)):
        common = _common_start(names)
        prefix = common[: common.rfind("-") + 1] if len(names) > 1 else ""
    users = {name: readable(name.removeprefix(prefix)) or name for name in names}
    return {name: Sender(user, "", "GitHub") for name, user in users.items()}


def _common_start(names: Iterable[str]) -> str:
    first, last = min(names), max(names)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(letter for letter, _ in same)


def _is_repository(entry: Path) -> bool:
    try:
        return entry.is_dir() and (entry / ".git").exists()
    except OSError:
        return False


def _numbered(entries: Sequence[Path]) -> dict[str, Sender]:
    """Entries that differ by a number at the end: "team-1" and "2024-12345" are no copies."""
    same: dict[str, list[Path]] = defaultdict(list)
    for entry in entries:
        sender = sender_of(entry.name, entry.is_dir())
        if not sender.platform:
            same[sender.key].append(entry)
    senders = {}
    for group in same.values():
        stems = {entry: _stem(entry) for entry in group}
        if len(group) > 1 and all(_has_number(stem) for stem in stems.values()):
            for entry, stem in stems.items():
                senders[entry.name] = Sender(stem, file_name="" if entry.is_dir() else entry.name)
    return senders


def _stem(entry: Path) -> str:
    name = readable(entry.name)
    return name if entry.is_dir() else stem_of(name)


def _has_number(stem: str) -> bool:
    found = COPY_MARK.search(stem)
    return bool(found and found["dash"])
