"""Who handed in what: a folder or zip of a class, as instructors get it from a learning platform or by mail.

Each entry is a student: a folder, a zip, or a single file, .py or .ipynb, called after the student. The names that Moodle
("Ada Byron_123_assignsubmission_file") and Canvas ("byronada_LATE_12_345_convolution.py") make are understood.
"""

import os
import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from minivgg.classroom.bank import ASSIGNMENTS

KINDS = (".py", ".ipynb")
LARGEST = 20 * 2**20  # bytes of one file
MOST = 500 * 2**20  # bytes of a whole zip, unpacked
FILES = 200  # that are looked at for one student
MOODLE = re.compile(r"(?P<name>.+?)_\d+_assignsubmission_.*")
CANVAS = re.compile(r"(?P<name>[^_]+)_(LATE_)?\d+_\d+_.*")
AGAIN = re.compile(r"\s*(\(\d+\)|-\d+)$")  # a browser's "file (1)", Canvas' "file-1"


@dataclass
class File:
    """path: where it lies now. shown: its name as the student wrote it. time: when it was last changed, for the newer of two."""

    path: Path
    shown: str
    time: float


@dataclass
class Submission:
    """What one student handed in; remarks: sentences about what could not be read."""

    student: str
    files: list = field(default_factory=list)
    remarks: list = field(default_factory=list)
    others: list = field(default_factory=list)  # names of files of other kinds


@dataclass
class Choice:
    """The file that is graded for an assignment, or None, and what there is to say of it."""

    path: Path | None
    shown: str
    remarks: list


def submissions(place, scratch):
    """All submissions in ``place``, a folder or zip, by student. scratch: a folder for what is unpacked.

    Raises ``FileNotFoundError`` when there is nothing, ``ValueError`` for a file that is no zip.
    """
    place, found = Path(place), {}
    if not place.exists():
        raise FileNotFoundError(f"there is no folder or zip {place}")
    if place.is_file():
        if not zipfile.is_zipfile(place):
            raise ValueError(f"{place} is neither a folder nor a zip of submissions")
        target = Path(scratch) / "class"
        if problem := unpacked(place, target):
            raise ValueError(f"{place} {problem}")
        place = _without_wrapping(target)
    if _is_one_student(place):
        one = Submission(place.resolve().name)
        _collect(place, one, Path(scratch))
        return [one]
    for entry in sorted(_visible(place)):
        if entry.is_file() and entry.suffix not in (*KINDS, ".zip"):
            continue  # a list of the class, for example
        name = student_of(entry)
        one = found.setdefault(name.casefold(), Submission(name))
        _collect(entry, one, Path(scratch))
    if not found:
        raise FileNotFoundError(
            f"there are no submissions in {place}: expected a folder, a zip, a .py or an .ipynb for each student"
        )
    return [found[name] for name in sorted(found)]


def student_of(entry):
    """The student's name from the name of a folder or file."""
    stem = entry.stem if entry.suffix in (*KINDS, ".zip") else entry.name
    for pattern in (MOODLE, CANVAS):
        if match := pattern.fullmatch(stem):
            return match["name"]
    stem = AGAIN.sub("", stem)
    for assignment in sorted(ASSIGNMENTS, key=len, reverse=True):
        stem = re.sub(rf"[_\- ]+{assignment}$", "", stem)
    return stem or entry.name


def choose(submission, assignment):
    """The file of a submission for ``assignment``: by its name, else by the functions it defines; the newest of several."""
    named = [f for f in submission.files if is_named(f.shown, assignment)]
    own = {task.name for task in ASSIGNMENTS[assignment]}
    other = [
        f
        for f in submission.files
        if not any(is_named(f.shown, name) for name in ASSIGNMENTS) and not is_guide(f.shown)
    ]
    files = named + [f for f in other if defined_in(f.path) & own]
    if not files:
        names = ", ".join([*(f.shown for f in submission.files), *submission.others][:5])
        words = f"no file {assignment}.py" + (
            f", and none of its functions in {names}" if names else ""
        )
        guide = f" The notebook {assignment}_guide.ipynb only checks: hand in {assignment}.py." if any(
            f.shown.startswith(f"{assignment}_guide") for f in submission.files) else ""  # fmt: skip
        return Choice(None, "", [f"{words}.{guide}"])
    best = max(files, key=lambda f: (f.time, f.shown))
    remarks = []
    if best not in named and not _called_after(best, submission.student):
        remarks.append(f"{best.shown} is graded, which should be called {assignment}.py.")
    if len(files) > 1:
        others = ", ".join(_placed(f) for f in files if f is not best)
        remarks.append(
            f"Handed in more than once: {_placed(best)} is graded, changed last; not {others}."
        )
    return Choice(best.path, best.shown, remarks)


def defined_in(path):
    """Names of the functions that a file seems to define; it need not be valid Python."""
    try:
        raw = Path(path).read_bytes()[:LARGEST]
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    except OSError:
        return set()
    return set(re.findall(r"""(?:^|["'\n])def +(\w+) *\(""", text, re.MULTILINE))


def unpacked(path, target):
    """Unpack a zip into ``target``; returns "" or what is wrong with it, beginning with a verb. Names cannot lead out of ``target``."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            if sum(e.file_size for e in entries) > MOST or len(entries) > 100_000:
                return f"unpacks to more than {MOST // 2**20} MB"
            for entry in entries:
                if entry.file_size <= LARGEST or entry.filename.endswith(".zip"):
                    written = Path(archive.extract(entry, target))
                    moment = (
                        datetime(*entry.date_time).timestamp()
                        if entry.date_time[1] and entry.date_time[2]
                        else 0
                    )
                    os.utime(written, (moment, moment))
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
        EOFError,
    ) as error:
        return f"cannot be unpacked: {error}"
    return ""


def _visible(folder):
    return [
        p
        for p in folder.iterdir()
        if not p.name.startswith((".", "__MACOSX")) and not p.is_symlink()
    ]


def _without_wrapping(folder):
    """The folder itself, or the only folder in it: a zip of a folder holds that folder."""
    inside = _visible(folder) if folder.exists() else []
    return (
        inside[0]
        if len(inside) == 1 and inside[0].is_dir() and not _is_one_student(inside[0])
        else folder
    )


def _is_one_student(folder):
    """Whether a folder holds one student's files, under the assignments' own names, and not a class."""
    return any((folder / f"{name}{kind}").is_file() for name in ASSIGNMENTS for kind in KINDS)


def _collect(entry, one, scratch, depth=0):
    """Add the files of an entry, folders and zips in it too, to a submission."""
    if len(one.files) >= FILES:
        return
    if entry.is_dir():
        for inside in sorted(_visible(entry)):
            if inside.name != "__pycache__":
                _collect(inside, one, scratch, depth)
    elif entry.suffix == ".zip":
        target = scratch / f"unpacked-{sum(1 for _ in scratch.iterdir())}"
        problem = "holds zips in zips in zips" if depth > 1 else unpacked(entry, target)
        if problem:
            one.remarks.append(f"{entry.name} {problem}.")
        if target.exists():
            _collect(target, one, scratch, depth + 1)
    elif entry.suffix in KINDS:
        if entry.stat().st_size > LARGEST:
            one.remarks.append(
                f"{entry.name} is larger than {LARGEST // 2**20} MB, and was not read."
            )
        else:
            one.files.append(File(entry, entry.name, entry.stat().st_mtime))
    else:
        one.others.append(entry.name)


def is_named(shown, assignment):
    """Whether a file is called after an assignment, with the additions of platforms and browsers around the name."""
    stem = AGAIN.sub("", Path(shown).stem)
    others = [
        name for name in ASSIGNMENTS if len(name) > len(assignment) and name.endswith(assignment)
    ]
    return re.fullmatch(rf"(.*[_\- ])?{assignment}", stem) is not None and not any(
        is_named(shown, name) for name in others
    )


def is_guide(shown):
    """Whether a file is a guiding notebook, which holds the stubs and no answer."""
    return AGAIN.sub("", Path(shown).stem).endswith("_guide")


def _placed(file):
    return f"{file.path.parent.name}/{file.shown}"


def _called_after(file, student):
    return student_of(Path(file.shown)).casefold() == student.casefold()
