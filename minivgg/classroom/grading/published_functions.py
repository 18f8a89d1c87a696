"""The functions and cells that everybody can read: solutions, and what students get."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import minivgg.classroom.bank
import minivgg.textbook
from minivgg.classroom import assignments, lessons, student_files
from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.grading.function_forms import long_functions
from minivgg.classroom.isolation.provided_code import reference_source
from minivgg.utils import installation
from minivgg.utils.printable_text import with_unix_line_ends

SOLVED = "solved.json"  # of the wheel: digests of the functions of the solved sources


@cache
def published_solutions() -> dict[bytes, str]:
    """The solutions that everybody can read.

    Returns
    -------
    solutions : dict
        {digest of the form: what it is, in words}.
    """
    found: dict[bytes, str] = {}

    def add(digests: dict[str, str], words: str) -> None:
        for name, digest in digests.items():
            found.setdefault(bytes.fromhex(digest), words.format(name))

    for task in TASKS:
        add(long_functions(reference_source(task)), f"{{}} in the reference solution of {task}")
    for assignment, digests in _solved_sources().items():
        add(digests, f"{{}} in the solved source {assignment}.py")
    for module in (minivgg.textbook, minivgg.classroom.bank):
        for path in sorted(Path(str(module.__file__)).parent.glob("*.py")):
            add(_functions_of(path), f"{module.__name__}.{path.stem}.{{}}")
    return found


def _functions_of(path: Path) -> dict[str, str]:
    return long_functions(path.read_text(encoding="utf-8"))


def _solved_sources() -> dict[str, dict[str, str]]:
    """{assignment: {function: digest}}; an installed package has the digests only."""
    if installation.checkout():
        return {name: _functions_of(assignments.source_path(name)) for name in ASSIGNMENTS}
    path = _folder() / SOLVED
    solved: dict[str, dict[str, str]] = {}
    if path.is_file():
        solved = json.loads(path.read_text(encoding="utf-8"))
    return solved


def _folder() -> Path:
    return lessons.folder() / "assignments"


@cache
def given_functions() -> frozenset[bytes]:
    """The functions in the files that students get, which are the same in all submissions.

    Returns
    -------
    digests : frozenset of bytes
        Of their forms.
    """
    paths = (_folder() / f"{name}.py" for name in ASSIGNMENTS)
    texts = (path.read_text(encoding="utf-8") for path in paths if path.is_file())
    stubs = map(student_files.without_solutions, texts)
    return frozenset(bytes.fromhex(d) for stub in stubs for d in long_functions(stub).values())


def is_given(cell: str) -> bool:
    """Whether a cell of a notebook is one of the guides that students get.

    Parameters
    ----------
    cell : str
        Its text.

    Returns
    -------
    is_given : bool
        True if nothing was changed but spaces at the ends of lines.
    """
    return _without_trailing_spaces(cell) in _given_cells()


@cache
def _given_cells() -> frozenset[str]:
    return frozenset(map(_without_trailing_spaces, _cells_of_guides()))


def _cells_of_guides() -> Iterator[str]:
    for name in ASSIGNMENTS:
        try:
            guide = assignments.files_for_students(name)[f"{name}_guide.ipynb"]
        except (ImportError, FileNotFoundError):  # a checkout without jupytext, an autograder
            continue
        for cell in json.loads(guide)["cells"]:
            if cell["cell_type"] == "code":
                yield "".join(cell["source"])


def _without_trailing_spaces(text: str) -> str:
    lines = with_unix_line_ends(text).strip().split("\n")
    return "\n".join(line.rstrip() for line in lines)
