"""Finding a class's submissions in a folder or zip, as learning platforms and e-mail deliver them.

Each entry is a student: a folder, a zip, or a single .py or .ipynb file with the student's name.
The names that Moodle ("Ada Byron_123_assignsubmission_file") and Canvas
("byronada_LATE_12_345_convolution.py") give are understood.
"""

import json
import os
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.program_functions import functions_in, names_of_functions
from minivgg.classroom.worker.source_text import UTF16_MARKS
from minivgg.utils.files import StrPath

SUFFIXES = (".py", ".ipynb")
MAX_FILE_BYTES = 20 * 2**20
MAX_ARCHIVE_BYTES = 500 * 2**20  # of a zip's contents
MAX_ARCHIVE_FILES = 100_000
MAX_STUDENT_FILES = 200
MOODLE_NAME = re.compile(r"(?P<name>.+?)_\d+_assignsubmission_.*")
CANVAS_NAME = re.compile(r"(?P<name>[^_]+)_(LATE_)?\d+_\d+_.*")
COPY_MARK = re.compile(  # a browser's "file (1)", Canvas's "file-1", Jupyter's, those of systems
    r"(\s*(\(\d+\)|-\d+)|-copy\d+|[ _]-[ _](copy|복사본)|의 사본|[ _]copy([ _]\d+)?|[ _]\(copy\))$",
    re.IGNORECASE,
)
STUBS = re.compile(r"^STUBS = '''.*?'''", re.MULTILINE | re.DOTALL)


@dataclass
class File:
    """A file of a student.

    Parameters
    ----------
    path : Path
        Where it is now.
    name : str
        The student's name for it.
    modified : float
        When it was last changed, in seconds since 1970.
    """

    path: Path
    name: str
    modified: float


@dataclass
class Submission:
    """What one student submitted.

    Parameters
    ----------
    student : str
        The student's name.
    files : list of File
        Programs and notebooks.
    remarks : list of str
        Sentences about what could not be read.
    other_names : list of str
        The names of files of other types.
    """

    student: str
    files: list[File] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    other_names: list[str] = field(default_factory=list)


@dataclass
class Choice:
    """The file that is graded for an assignment.

    Parameters
    ----------
    path : Path, optional
        None if there is no such file.
    name : str
        The student's name for it.
    remarks : list of str
        Sentences about the choice.
    """

    path: Path | None
    name: str
    remarks: list[str]


def find_submissions(path: StrPath, scratch: StrPath) -> list[Submission]:
    """All submissions of a class, sorted by student.

    Parameters
    ----------
    path : path
        A folder or zip.
    scratch : path
        A folder where zips are unpacked.

    Returns
    -------
    submissions : list of Submission
        One for each student.

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
        submission = Submission(folder.resolve().name)
        _collect(folder, submission, Path(scratch))
        return [submission]
    for entry in sorted(_visible_entries(folder)):
        if entry.is_file() and entry.suffix.lower() not in (*SUFFIXES, ".zip"):
            continue  # a list of the class, for example
        name = student_name(entry)
        submission = found.setdefault(name.casefold(), Submission(name))
        _collect(entry, submission, Path(scratch))
    if not found:
        raise FileNotFoundError(
            f"there are no submissions in {path}: expected a folder, a zip, a .py or an .ipynb "
            "file for each student"
        )
    return [found[name] for name in sorted(found)]


def student_name(entry: Path) -> str:
    """The student's name, from the name of a folder or file.

    Parameters
    ----------
    entry : Path
        As learning platforms and students name it.

    Returns
    -------
    name : str
        Without what the platform has added.

    Examples
    --------
    >>> student_name(Path("Ada Byron_123_assignsubmission_file"))  # Moodle
    'Ada Byron'
    >>> student_name(Path("byronada_LATE_12_345_convolution.py"))  # Canvas
    'byronada'
    """
    stem = entry.stem if entry.suffix.lower() in (*SUFFIXES, ".zip") else entry.name
    for pattern in (MOODLE_NAME, CANVAS_NAME):
        if match := pattern.fullmatch(stem):
            return match["name"]
    stem = COPY_MARK.sub("", stem)
    for assignment in sorted(ASSIGNMENTS, key=len, reverse=True):
        stem = re.sub(rf"[_\- ]+{assignment}(_guide)?$", "", stem)
    return stem or entry.name


def unnamed_files(files: Iterable[File]) -> list[File]:
    """The files that are neither named after an assignment nor a guide.

    Parameters
    ----------
    files : iterable of File
        Of any students.

    Returns
    -------
    unnamed : list of File
        In the same order.
    """
    return [
        f
        for f in files
        if not any(is_named_after(f.name, name) for name in ASSIGNMENTS) and not is_guide(f.name)
    ]


def choose_file(submission: Submission, assignment: str) -> Choice:
    """The file of a submission for an assignment, by its name or its functions.

    Parameters
    ----------
    submission : Submission
        Of one student.
    assignment : str
        The name of the assignment.

    Returns
    -------
    choice : Choice
        If there are several, the file with the most functions written; of these, the newest.
    """
    named = [f for f in submission.files if is_named_after(f.name, assignment)]
    tasks = {task.name for task in ASSIGNMENTS[assignment]}
    unnamed = unnamed_files(submission.files)
    guides = [f for f in submission.files if functions_in_guide(f) & tasks]
    files = [*guides, *named, *(f for f in unnamed if defined_functions(f.path) & tasks)]
    if not files:
        return Choice(None, "", [_describe_missing(submission, assignment)])
    written = [len(_written_functions(f) & tasks) for f in files]
    graded = max(
        zip(written, files, strict=True),
        key=lambda pair: (pair[0], pair[1].modified, pair[1] not in guides, pair[1].name),
    )[1]
    remarks = []
    is_students = student_name(Path(graded.name)).casefold() == submission.student.casefold()
    if graded not in (*named, *guides) and not is_students:
        remarks.append(f"{graded.name} was graded; its name should be {assignment}.py.")
    if len(files) > 1:
        why = "the newest" if min(written) == max(written) else "with the most functions written"
        others = ", ".join(_with_folder(f) for f in files if f is not graded)
        remarks.append(
            f"Submitted more than once: {_with_folder(graded)}, {why}, was graded; not graded: "
            f"{others}."
        )
    return Choice(graded.path, graded.name, remarks)


def _describe_missing(submission: Submission, assignment: str) -> str:
    names = ", ".join([*(f.name for f in submission.files), *submission.other_names][:5])
    elsewhere = f", and none of its functions in {names}" if names else ""
    guide = next((f.name for f in submission.files if f"{assignment}_guide" in f.name), "")
    advice = f" In {guide} no cell defines one: please submit {assignment}.py." if guide else ""
    return f"There is no file {assignment}.py{elsewhere}.{advice}"


def defined_functions(path: StrPath) -> set[str]:
    """The names of the functions that a file seems to define.

    Parameters
    ----------
    path : path
        It need not be valid Python.

    Returns
    -------
    names : set of str
        Empty if the file cannot be read.
    """
    return names_of_functions(_text_of(Path(path)))


def functions_in_guide(file: File) -> set[str]:
    """The names of the functions that a guiding notebook defines.

    Parameters
    ----------
    file : File
        Of a student.

    Returns
    -------
    names : set of str
        Without those of the stubs, which its first cell holds. Empty for any other file.
    """
    return names_of_functions(_program_of(file)) if is_guide(file.name) else set()


def _written_functions(file: File) -> set[str]:
    functions = functions_in(_program_of(file))
    return {name for name, is_written in functions.items() if is_written}


def _text_of(path: Path) -> str:
    try:
        raw = path.read_bytes()[:MAX_FILE_BYTES]
    except OSError:
        return ""
    return raw.decode("utf-16" if raw[:2] in UTF16_MARKS else "utf-8", "replace")


def _program_of(file: File) -> str:
    """A script, or the cells of a notebook, without a guide's text of the stubs."""
    text = _text_of(file.path)
    if text.lstrip().startswith("{"):
        try:
            cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
            text = "\n".join("".join(cell["source"]) for cell in cells)
        except (ValueError, KeyError, TypeError, RecursionError):
            return ""  # damaged
    return STUBS.sub("", text)


def unpack(path: StrPath, target: StrPath) -> str:
    """Unpack a zip into a folder, and nowhere else.

    Parameters
    ----------
    path : path
        The zip.
    target : path
        The folder.

    Returns
    -------
    problem : str
        A sentence without its subject; "" if all went well.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            size = sum(e.file_size for e in entries)
            if size > MAX_ARCHIVE_BYTES or len(entries) > MAX_ARCHIVE_FILES:
                return f"unpacks to more than {MAX_ARCHIVE_BYTES // 2**20} MB"
            for entry in entries:
                if entry.file_size <= MAX_FILE_BYTES or entry.filename.lower().endswith(".zip"):
                    written = Path(archive.extract(entry, target))
                    has_date = entry.date_time[1] and entry.date_time[2]
                    modified = datetime(*entry.date_time).timestamp() if has_date else 0
                    os.utime(written, (modified, modified))
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


def is_named_after(name: str, assignment: str) -> bool:
    """Whether a file is named after an assignment, with what platforms and browsers add to it.

    Parameters
    ----------
    name : str
        Of the file.
    assignment : str
        The name of the assignment.

    Returns
    -------
    is_named : bool
        False if the file is named after another assignment whose name is longer.

    Examples
    --------
    >>> is_named_after("convolution (1).py", "convolution")
    True
    >>> is_named_after("convolution_backward.py", "convolution")
    False
    """
    stem = _without_copy_marks(Path(name).stem)
    longer = [
        other
        for other in ASSIGNMENTS
        if len(other) > len(assignment) and other.endswith(assignment)
    ]
    is_named = re.fullmatch(rf"(.*[_\- ])?{assignment}", stem, re.IGNORECASE) is not None
    return is_named and not any(is_named_after(name, other) for other in longer)


def is_guide(name: str) -> bool:
    """Whether a file is a guiding notebook, which contains the stubs.

    Parameters
    ----------
    name : str
        Of the file.

    Returns
    -------
    is_guide : bool
        Whether its name ends with "_guide".
    """
    return _without_copy_marks(Path(name).stem).endswith("_guide")


def _without_copy_marks(stem: str) -> str:
    """The name of a file without what marks it as a copy: "loss" for "loss-Copy1 (2)"."""
    while (shorter := COPY_MARK.sub("", stem)) not in (stem, ""):
        stem = shorter
    return stem


def _with_folder(file: File) -> str:
    return f"{file.path.parent.name}/{file.name}"
