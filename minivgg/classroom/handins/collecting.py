"""Finding a class's submissions in a folder or zip, as learning platforms and e-mail deliver them.

Each entry is a student: a folder, a zip, or a single .py or .ipynb file with the student's name.
The names that Moodle ("Ada Byron_123_assignsubmission_file") and Canvas
("byronada_LATE_12_345_convolution.py") give are understood.
"""

import zipfile
from pathlib import Path

from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.handins.archives import MAX_FILE_BYTES, unpack
from minivgg.classroom.handins.platforms import student_name
from minivgg.classroom.handins.submission import SUFFIXES, File, HandIns, Submission
from minivgg.utils.files import StrPath

MAX_STUDENT_FILES = 200


def find_submissions(path: StrPath, scratch: StrPath) -> HandIns:
    """All submissions of a class, sorted by student.

    Parameters
    ----------
    path : path
        A folder or zip.
    scratch : path
        A folder where zips are unpacked.

    Returns
    -------
    hand_ins : HandIns
        Of all students.

    Raises
    ------
    FileNotFoundError
        If there are no submissions.
    ValueError
        For a file that is not a zip.
    """
    path = Path(path)
    found: dict[str, Submission] = {}
    if not path.exists():
        raise FileNotFoundError(f"there is no folder or zip {path}")
    folder = path
    if path.is_file():
        if not zipfile.is_zipfile(path):
            raise ValueError(f"{path} is neither a folder nor a zip of submissions")
        target = Path(scratch) / "class"
        if problem := unpack(path, target):
            raise ValueError(f"{path} {problem}")
        folder = _enter_single_folder(target)
    if _is_one_student(folder):
        submission = Submission(folder.resolve().name, key=folder.resolve().name.casefold())
        _collect(folder, submission, Path(scratch))
        return HandIns([submission])
    ignored: list[str] = []
    for entry in sorted(_visible_entries(folder)):
        if entry.is_file() and entry.suffix.lower() not in (*SUFFIXES, ".zip"):
            ignored.append(entry.name)
            continue
        name = student_name(entry)
        submission = found.setdefault(
            name.casefold(), Submission(name, key=name.casefold(), entry=entry.name)
        )
        _collect(entry, submission, Path(scratch))
    if not found:
        raise FileNotFoundError(
            f"there are no submissions in {path}: expected a folder, a zip, a .py or an .ipynb "
            "file for each student"
        )
    return HandIns([found[name] for name in sorted(found)], ignored)


def _visible_entries(folder: Path) -> list[Path]:
    return [
        entry
        for entry in folder.iterdir()
        if not entry.name.startswith((".", "__MACOSX")) and not entry.is_symlink()
    ]


def _enter_single_folder(folder: Path) -> Path:
    """The only folder in a folder, else the folder itself: a zip may contain just one folder."""
    entries = _visible_entries(folder) if folder.exists() else []
    if len(entries) == 1 and entries[0].is_dir() and not _is_one_student(entries[0]):
        return entries[0]
    return folder


def _is_one_student(folder: Path) -> bool:
    """Whether a folder contains files named after assignments: one student's files, not a class."""
    return any(
        (folder / f"{name}{suffix}").is_file() for name in ASSIGNMENTS for suffix in SUFFIXES
    )


def _collect(entry: Path, submission: Submission, scratch: Path, depth: int = 0) -> None:
    """Add the files of an entry to a submission, including those in folders and zips."""
    if len(submission.files) >= MAX_STUDENT_FILES:
        return
    if entry.is_dir():
        for inner in sorted(_visible_entries(entry)):
            if inner.name != "__pycache__":
                _collect(inner, submission, scratch, depth)
    elif entry.suffix.lower() == ".zip":
        target = scratch / f"unpacked-{sum(1 for _ in scratch.iterdir())}"
        problem = "contains zips in zips in zips" if depth > 1 else unpack(entry, target)
        if problem:
            submission.remarks.append(f"{entry.name} {problem}.")
        if target.exists():
            _collect(target, submission, scratch, depth + 1)
    elif entry.suffix.lower() in SUFFIXES:
        status = entry.stat()
        if status.st_size > MAX_FILE_BYTES:
            limit = f"{MAX_FILE_BYTES // 2**20} MB"
            advice = " (Clear its outputs and save it.)" if entry.suffix != ".py" else ""
            submission.remarks.append(
                f"{entry.name} is larger than {limit} and was not read.{advice}"
            )
        else:
            submission.files.append(File(entry, entry.name, status.st_mtime))
    else:
        submission.other_names.append(entry.name)
