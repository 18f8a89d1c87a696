"""Finding a class's submissions in a folder or archive, as platforms and e-mail deliver them.

Each entry is a student's: a folder, an archive, a program or a notebook, or any file to which a
platform has given the student's name. See ``platforms`` for these names.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.handins.archives import class_budget, describe_too_long, is_left_out, unpack
from minivgg.classroom.handins.class_entries import named_senders, senders_of
from minivgg.classroom.handins.file_names import is_archive, is_exactly, is_program, stem_of
from minivgg.classroom.handins.gradescope_metadata import GRADESCOPE_LIST, read_submission
from minivgg.classroom.handins.one_student import (
    Collector,
    describe_nothing,
    guarded,
    new_folder,
)
from minivgg.classroom.handins.platforms import Sender, sender_of
from minivgg.classroom.handins.submission import HandIns, Submission
from minivgg.utils.file_names import readable
from minivgg.utils.files import StrPath, is_regular

PARTS_OF_PROJECTS = {
    *("src", "code", "lib", "test", "tests", "docs", "doc", "data", "notebook", "notebooks"),
    *("assets", "images", "figures", "scripts", "utils", "models", "homework", "hw"),
    *("solution", "solutions", "submission"),
}
MAX_AROUND = 5  # folders around a class


@dataclass
class _Class:
    """The folder of a class, where archives go, and what of it is damaged or left out."""

    folder: Path
    scratch: Path
    name: str = ""
    damaged: dict[Path, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def find_submissions(path: StrPath, scratch: StrPath, as_one: bool = False) -> HandIns:
    """All submissions of a class, sorted by student.

    Parameters
    ----------
    path : path
        A folder, zip or tar.
    scratch : path
        A folder where archives are unpacked.
    as_one : bool
        Treat everything as the submission of one student, even if there is nothing.

    Returns
    -------
    hand_ins : HandIns
        Of all students. What cannot be read is a remark of its student.

    Raises
    ------
    FileNotFoundError
        If there are no submissions.
    ValueError
        For a file that is not an archive.
    """
    path, scratch = Path(path), Path(scratch)
    if not path.exists():
        raise FileNotFoundError(f"there is no folder or zip {readable(str(path))}")
    if as_one:
        return HandIns([_collect_one(path.resolve(), scratch)])
    of_class = _open_class(path, scratch)
    if _is_one_student(of_class.folder):
        return HandIns([_collect_one(of_class.folder.resolve(), scratch, of_class.name)])
    hand_ins = _collect_class(of_class)
    if not hand_ins.submissions:
        raise FileNotFoundError(
            f"there are no submissions in {readable(str(path))}: expected a folder, a zip, a .py "
            "or an .ipynb file for each student"
        )
    return hand_ins


def _open_class(path: Path, scratch: Path) -> _Class:
    """The folder with the entries, which may be in an archive and in other folders."""
    if path.is_dir():
        return _Class(_enter_single_folders(path, is_unpacked=False), scratch)
    shown = readable(str(path))
    if not (is_archive(path.name) and is_regular(path.resolve())):
        raise ValueError(f"{shown} is neither a folder nor a zip of submissions")
    target = new_folder(scratch, "class")
    unpacked = unpack(path, target, class_budget(), _is_description)
    if unpacked.problem:
        raise ValueError(f"{shown} {unpacked.problem}")
    folder = _enter_single_folders(target, is_unpacked=True)
    name = readable(stem_of(path.name)) if folder == target else folder.name
    notes = (
        [f"{readable(path.name)} {describe_too_long(unpacked.too_long)}"]
        if unpacked.too_long
        else []
    )
    return _Class(folder, scratch, name, unpacked.damaged, notes)


def _is_description(name: str) -> bool:
    """Whether a platform describes submissions in a file of this name."""
    return name == GRADESCOPE_LIST or sender_of(name).is_receipt


def _entries_of(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if not is_left_out(entry.name))


def _enter_single_folders(folder: Path, is_unpacked: bool) -> Path:
    """The folder that contains the class: a download may have another one around it."""
    for depth in range(MAX_AROUND):
        entries = _entries_of(folder)
        if len(entries) != 1 or not _is_folder(entries[0]):
            break
        if not _is_class(entries[0], is_lenient=is_unpacked and depth == 0):
            break
        folder = entries[0]
    return folder


def _is_class(folder: Path, is_lenient: bool, depth: int = 0) -> bool:
    """Whether the only folder in another one is a class, and not the only student of one."""
    if sender_of(folder.name).platform or depth > MAX_AROUND:
        return False
    try:
        entries = _entries_of(folder)
        if (folder / ".git").exists() or _is_one_student(folder):
            return False
        if any(_platform_of(entry) for entry in entries) or (folder / GRADESCOPE_LIST).exists():
            return True
        folders = [entry for entry in entries if _is_folder(entry)]
        if len(entries) == len(folders) == 1:
            return _is_class(folders[0], is_lenient, depth + 1)
        if PARTS_OF_PROJECTS.intersection(entry.name.lower() for entry in folders):
            return False
        return is_lenient or sum(_has_work(entry) for entry in folders) > 1
    except OSError:
        return False


def _is_folder(entry: Path) -> bool:
    return entry.is_dir() and not entry.is_symlink()


def _has_work(folder: Path) -> bool:
    """Whether a folder contains what a student hands in, and not only other folders."""
    return any(is_program(one.name) or is_archive(one.name) for one in _entries_of(folder))


def _platform_of(entry: Path) -> str:
    return sender_of(entry.name, entry.is_dir()).platform


def _is_one_student(folder: Path) -> bool:
    """Whether a folder contains files named after assignments: one student's files, not a class."""
    entries = _entries_of(folder)
    return any(
        is_program(entry.name) and is_exactly(readable(entry.name), name) and is_regular(entry)
        for entry in entries
        for name in ASSIGNMENTS
    ) and not any(_platform_of(entry) for entry in entries)


def _collect_class(of_class: _Class) -> HandIns:
    entries = _entries_of(of_class.folder)
    senders = named_senders(entries)
    with suppress(Exception):  # of a damaged description: the names of the entries remain
        senders = senders_of(of_class.folder, entries)
    found: dict[str, Submission] = {}
    collectors: dict[str, Collector] = {}
    ignored = list(of_class.notes)
    for entry in entries:
        sender = senders[entry.name]
        if not _is_submission(entry, sender):
            if entry.name != GRADESCOPE_LIST:
                ignored.append(readable(entry.name))
            continue
        submission = found.setdefault(sender.key, _new_submission(sender, entry.name))
        submission.is_late |= sender.is_late
        collector = collectors.setdefault(
            sender.key, Collector(submission, of_class.scratch, of_class.damaged)
        )
        _add_entry(collector, entry, sender)
    for name, sender in senders.items():
        if sender.platform:  # also of those whose folder is missing
            found.setdefault(sender.key, _new_submission(sender, name))
    for submission in found.values():
        describe_nothing(submission)
    return HandIns(_with_different_names(found.values()), ignored)


def _add_entry(collector: Collector, entry: Path, sender: Sender) -> None:
    if not sender.is_receipt:
        guarded(
            collector.submission,
            lambda: collector.add(entry, sender.attempt, sender.file_name),
        )


def _new_submission(sender: Sender, entry: str) -> Submission:
    return Submission(
        sender.name,
        key=sender.key,
        number=sender.number,
        platform=sender.platform,
        entry=readable(entry),
    )


def _is_submission(entry: Path, sender: Sender) -> bool:
    if entry.is_symlink() or not (entry.is_dir() or is_regular(entry)):
        return False
    if sender.platform or entry.is_dir():
        return True
    return is_program(entry.name) or is_archive(entry.name)


def _with_different_names(found: Iterable[Submission]) -> list[Submission]:
    """Sorted by name; students of one name are shown with the platform's number."""
    submissions = list(found)
    often = Counter(one.student.casefold() for one in submissions)
    for one in submissions:
        if often[one.student.casefold()] > 1:
            one.student = f"{one.student} ({one.number or one.entry})"
    return sorted(submissions, key=lambda one: (one.student.casefold(), one.key))


def _collect_one(path: Path, scratch: Path, name: str = "") -> Submission:
    """Everything in a folder, or one file, as the submission of one student."""
    shown = name or readable(path.name)
    submission = Submission(shown, key=shown.casefold(), entry=shown)
    if sender := read_submission(path):
        submission.student = sender.name or shown
        submission.number, submission.platform = sender.number, sender.platform
        submission.is_late = sender.is_late
    collector = Collector(submission, scratch)
    guarded(submission, lambda: collector.add(path))
    describe_nothing(submission)
    return submission
