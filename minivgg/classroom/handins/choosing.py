"""Which file of a submission is graded for an assignment: by its name, or by its functions."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.handins.file_functions import functions_of
from minivgg.classroom.handins.file_names import copy_numbers, is_exactly, is_guide, is_named_after
from minivgg.classroom.handins.platforms import sender_of
from minivgg.classroom.handins.submission import Choice, File, Submission
from minivgg.utils.file_names import readable
from minivgg.utils.files import StrPath
from minivgg.utils.printable_text import listed

NEW_UPLOADS = ("Blackboard", "Brightspace")  # whose number of the upload is the date of an attempt
MAX_NAMED = 10  # in a remark


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
        If there are several files, the following criteria decide, in this order: the number of
        functions written, the last attempt, the exact name, the platform's number of the upload,
        the date, the number of the copy. A remark names the one that decided.
    """
    named = [f for f in submission.files if is_named_after(f.name, assignment)]
    tasks = {task.name for task in ASSIGNMENTS[assignment]}
    unnamed = unnamed_files(submission.files)
    guides = [f for f in submission.files if functions_in_guide(f) & tasks]
    files = [*guides, *named, *(f for f in unnamed if defined_functions(f.path) & tasks)]
    if not files:
        return Choice(None, "", [_describe_missing(submission, assignment)])
    merits = {id(file): _merits(file, submission, assignment) for file in files}
    files.sort(key=lambda file: [value for _, value in merits[id(file)]], reverse=True)
    graded, *others = files
    remarks = []
    if graded not in (*named, *guides) and not _is_named_after_student(graded, submission):
        remarks.append(f"{graded.name} was graded; its name should be {assignment}.py.")
    if others:
        pairs = zip(merits[id(graded)], merits[id(others[0])], strict=True)
        why = next((why for (why, value), (_, other) in pairs if value != other), "the first")
        is_again = submission.platform in NEW_UPLOADS and len({f.attempt for f in files}) > 1
        opening = "Submitted more than once" if is_again else "Several files for this assignment"
        place, *places = _places(files)
        remarks.append(
            f"{opening}: {place}, {why}, was graded; not graded: {listed(places, MAX_NAMED)}."
        )
    return Choice(graded.path, graded.name, remarks)


def _merits(file: File, submission: Submission, assignment: str) -> list[tuple[str, object]]:
    """What speaks for a file, in order of importance: sentences and values to compare."""
    tasks = {task.name for task in ASSIGNMENTS[assignment]}
    is_named = is_named_after(file.name, assignment) or is_guide(file.name)
    attempt = file.attempt if submission.platform in NEW_UPLOADS else 0
    return [
        ("with the most functions written", len(functions_of(file.path).written & tasks)),
        ("of the last attempt", attempt),
        (f"whose name fits {assignment} best", is_named + is_exactly(file.name, assignment)),
        ("uploaded last", file.attempt),
        ("the newest", file.modified),
        ("the copy with the highest number", copy_numbers(file.name)),
        ("the file rather than the guide", not is_guide(file.name)),
        ("the last by name", (file.name, file.place, str(file.path))),
    ]


def _is_named_after_student(file: File, submission: Submission) -> bool:
    name = sender_of(file.name).name.casefold()
    return name in (submission.student.casefold(), submission.key)


def _describe_missing(submission: Submission, assignment: str) -> str:
    names = ", ".join([*(f.name for f in submission.files), *submission.other_names][:5])
    elsewhere = f", and none of its functions is in {names}" if names else ""
    guide = next((f.name for f in submission.files if f"{assignment}_guide" in f.name), "")
    advice = f" No cell of {guide} defines one: please submit {assignment}.py." if guide else ""
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
    return set(functions_of(Path(path)).defined)


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
    return set(functions_of(file.path).in_code) if is_guide(file.name) else set()


def _places(files: Sequence[File]) -> list[str]:
    """Where the files were, with the platform's names where the student's own are the same."""
    places = [f.place or readable(f"{f.path.parent.name}/{f.name}") for f in files]
    return [
        place if places.count(place) == 1 else readable(f.path.name)
        for place, f in zip(places, files, strict=True)
    ]
