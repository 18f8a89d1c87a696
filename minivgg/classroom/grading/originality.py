"""Notes for the instructor: functions that are the same as a published solution or a student's.

Functions are compared by their form, see ``function_forms``: different names, comments and types do
not matter, different steps do. Short functions are never named, since many people write the same.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import minivgg.textbook
from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.grading.function_forms import FunctionForm, function_forms, parse
from minivgg.classroom.grading.mentions import mentions
from minivgg.classroom.isolation.provided_code import reference_source
from minivgg.classroom.worker import cell_magics
from minivgg.classroom.worker.source_text import Source, read_source
from minivgg.utils import installation
from minivgg.utils.files import StrPath
from minivgg.utils.printable_text import listed

# The largest function that independent right answers share, among 600 specimens and answers that
# real students published: 33 nodes without a given skeleton (sgd_step), 55 with one idea each way
# (layer_shapes). im2col has about 150, softmax_cross_entropy 80.
MIN_SIZE = 60
MAX_CHARACTERS = 200_000  # of a program; those of students have less than 30,000
MAX_FUNCTIONS = 2_000
MAX_NAMES = 3  # of other students in a note


class Examined(NamedTuple):
    """What the comparison needs of one file.

    Parameters
    ----------
    file_name : str
        The student's.
    forms : list of FunctionForm
        Of its functions, those that are long enough.
    notes : list of str
        About the file itself, for the instructor.
    """

    file_name: str
    forms: list[FunctionForm]
    notes: list[str]


def examine(path: StrPath, file_name: str) -> Examined:
    """Read a file for the comparison. It is not run.

    Parameters
    ----------
    path : path
        A .py or .ipynb file of any content.
    file_name : str
        The student's name for it.

    Returns
    -------
    examined : Examined
        Without functions if the file cannot be read; then it gets no points either.
    """
    try:
        source = read_source(Path(path))
    except (OSError, ValueError, RecursionError, MemoryError):
        return Examined(file_name, [], [])
    programs = _programs(source)
    if sum(len(text) for _, text in programs) > MAX_CHARACTERS:
        note = f"{file_name} has more than {MAX_CHARACTERS:,} characters and was not compared."
        return Examined(file_name, [], [note])
    forms: list[FunctionForm] = []
    found: dict[str, str] = {}
    for place, text in programs:
        tree = parse(text)
        if tree is None:
            continue
        try:
            forms += function_forms(tree)
            found = {name: f"{name} in line {line}{place}" for name, line in mentions(tree)} | found
        except RecursionError:
            return Examined(file_name, [], [f"{file_name} is nested too deeply to be compared."])
    notes = [f"{file_name} mentions {', '.join(found.values())}."] if found else []
    long_enough = [form for form in forms[:MAX_FUNCTIONS] if form.size >= MIN_SIZE]
    return Examined(file_name, long_enough, notes)


def _programs(source: Source) -> list[tuple[str, str]]:
    """(" of cell 2", text) of each cell that is Python, or the whole program."""
    if source.cells is None:
        return [("", source.text)]
    return [
        (f" of {cell.name}", cell_magics.to_python(cell.text))
        for cell in source.cells
        if cell_magics.is_python(cell.text)
    ]


@cache
def published_solutions() -> dict[bytes, str]:
    """The solutions that everybody can read.

    Returns
    -------
    solutions : dict
        {digest of the form: what it is, in words}.
    """
    found: dict[bytes, str] = {}

    def add(text: str, words: str) -> None:
        tree = parse(text)
        for form in function_forms(tree) if tree else ():
            if form.size >= MIN_SIZE:
                found.setdefault(form.digest, words.format(form.name))

    for task in TASKS:
        add(reference_source(task), f"{{}} in the reference solution of {task}")
    if installation.checkout():
        folder = Path(minivgg.__file__).parents[1] / "lessons" / "assignments"
        for name in ASSIGNMENTS:
            path = folder / f"{name}.py"
            if path.is_file():
                add(path.read_text(encoding="utf-8"), f"{{}} in the solved source {name}.py")
    for path in sorted(Path(minivgg.textbook.__file__).parent.glob("*.py")):
        add(path.read_text(encoding="utf-8"), f"minivgg.textbook.{path.stem}.{{}}")
    return found


def compare(
    files: Mapping[str, Iterable[Examined]], names: Mapping[str, str]
) -> dict[str, list[str]]:
    """Name the functions that are the same as a published solution or another student's.

    Parameters
    ----------
    files : mapping
        {key of the student: what was examined}.
    names : mapping
        {key of the student: name, as it is shown}.

    Returns
    -------
    notes : dict
        {key of the student: sentences}, for all keys.
    """
    published = published_solutions()
    authors: dict[bytes, dict[str, None]] = {}
    for key, examined in files.items():
        for one in examined:
            for form in one.forms:
                authors.setdefault(form.digest, {})[key] = None
    notes: dict[str, list[str]] = {}
    for key, examined in files.items():
        notes[key] = []
        for one in examined:
            notes[key] += one.notes
            equal: dict[str, list[str]] = {}
            for form in one.forms:
                others = [names[other] for other in authors[form.digest] if other != key]
                if words := published.get(form.digest) or _of_others(others):
                    equal.setdefault(words, []).append(form.name)
            notes[key] += [
                f"{one.file_name}: {_are(functions)} the same as {words}, apart from names and "
                "comments."
                for words, functions in equal.items()
            ]
    return notes


def _are(functions: list[str]) -> str:
    names = list(dict.fromkeys(functions))
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _of_others(names: list[str]) -> str:
    return f"in the submission of {listed(names, MAX_NAMES)}" if names else ""
