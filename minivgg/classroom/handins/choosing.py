"""Which file of a submission is graded for an assignment: by its name, or by its functions."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.handins.archives import MAX_FILE_BYTES
from minivgg.classroom.handins.file_names import is_guide, is_named_after
from minivgg.classroom.handins.platforms import student_name
from minivgg.classroom.handins.submission import Choice, File, Submission
from minivgg.classroom.program_functions import functions_in, names_of_functions
from minivgg.classroom.worker.source_text import UTF16_MARKS
from minivgg.utils.files import StrPath

STUBS = re.compile(r"^STUBS = '''.*?'''", re.MULTILINE | re.DOTALL)


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


def _with_folder(file: File) -> str:
    return f"{file.path.parent.name}/{file.name}"
