"""Notes for the instructor: functions that are the same as a published solution or a student's.

Functions are compared by their form, see ``function_forms``: different names, comments and types do
not matter, different steps do. Short functions are never named, since many people write the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from minivgg.classroom.grading.function_forms import (
    MIN_SIZE,
    FunctionForm,
    function_forms,
    imported_names,
    parse,
)
from minivgg.classroom.grading.grades import EqualFunctions
from minivgg.classroom.grading.mentions import mentions
from minivgg.classroom.grading.published_functions import (
    given_functions,
    is_given,
    published_solutions,
)
from minivgg.classroom.worker import cell_magics
from minivgg.classroom.worker.source_text import Source, read_source
from minivgg.utils.files import StrPath
from minivgg.utils.printable_text import listed

MAX_CHARACTERS = 200_000  # of a program; those of students have less than 30,000
MAX_FUNCTIONS = 2_000
MAX_NAMES = 3  # of other students in a note, of files and functions in the sentence about a group
MIN_CLASS = 8  # submissions; in a smaller class, half of it can be friends


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


class _Place(NamedTuple):
    """Where a function stands."""

    key: str  # of the student
    file_name: str
    function: str


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
    if sum(len(one.text) for one in programs) > MAX_CHARACTERS:
        note = f"{file_name} has more than {MAX_CHARACTERS:,} characters and was not compared."
        return Examined(file_name, [], [note])
    forms: list[FunctionForm] = []
    found: dict[str, str] = {}
    trees = [(one, tree) for one in programs if (tree := parse(one.text)) is not None]
    try:
        imported = {k: v for _, tree in trees for k, v in imported_names(tree).items()}
        for one, tree in trees:
            if one.is_given:
                continue
            forms += function_forms(tree, imported)
            for name, line in mentions(tree):
                found.setdefault(name, f"{name} in line {line}{one.place}")
    except RecursionError:
        return Examined(file_name, [], [f"{file_name} is nested too deeply to be compared."])
    notes = [f"{file_name} mentions {', '.join(found.values())}."] if found else []
    given = given_functions()
    compared = [f for f in forms if f.size >= MIN_SIZE and f.digest not in given]
    return Examined(file_name, compared[:MAX_FUNCTIONS], notes)


class _Program(NamedTuple):
    """A cell of a notebook, or a whole file."""

    text: str
    place: str = ""  # as in " of cell 2"
    is_given: bool = False  # a cell of the guide that students get, of which imports count


def _programs(source: Source) -> list[_Program]:
    """Each cell that is Python, or the whole program."""
    if source.cells is None:
        is_valid = parse(source.text) is not None
        return [_Program(source.text if is_valid else cell_magics.to_python(source.text))]
    return [
        _Program(cell_magics.to_python(cell.text), f" of {cell.name}", is_given(cell.text))
        for cell in source.cells
        if cell_magics.is_python(cell.text)
    ]


class Comparison(NamedTuple):
    """What was found in a class.

    Parameters
    ----------
    notes : dict
        {key of the student: sentences about the files of this student}, for all keys.
    copies : dict
        The same for functions that are equal to others. They are shortened.
    groups : list of EqualFunctions
        What ``copies`` say, each group once, and what the instructor may have given to the class.
    """

    notes: dict[str, list[str]]
    copies: dict[str, list[str]]
    groups: list[EqualFunctions]


def compare(files: Mapping[str, Sequence[Examined]], names: Mapping[str, str]) -> Comparison:
    """Find the functions that are the same as a published solution or another student's.

    A function that more than half of a class share was probably given to it, unless it is a
    published solution: then the students' notes do not name it.

    Parameters
    ----------
    files : mapping
        {key of the student: what was examined}.
    names : mapping
        {key of the student: name, as it is shown}.

    Returns
    -------
    comparison : Comparison
        In the order of the students, of their files, and of the functions in a file.
    """
    places: dict[bytes, list[_Place]] = {}
    for key, examined in files.items():
        for one in examined:
            for form in one.forms:
                places.setdefault(form.digest, []).append(_Place(key, one.file_name, form.name))
    authors = {d: tuple(dict.fromkeys(p.key for p in found)) for d, found in places.items()}
    submissions = sum(1 for examined in files.values() if examined)
    published = published_solutions()
    shared = {
        digest
        for digest, keys in authors.items()
        if digest not in published and 2 * len(keys) > submissions >= MIN_CLASS
    }

    def words(digest: bytes, key: str) -> str:
        """What a function of a student is the same as."""
        others = [names[other] for other in authors[digest] if other != key]
        return published.get(digest) or ("" if digest in shared else _of_others(others))

    groups: dict[tuple[tuple[str, ...], str], list[_Place]] = {}
    for digest, keys in authors.items():
        end = f" as {published[digest]}" if digest in published else ""
        end += ", apart from names and comments."
        if digest in shared:
            end = f" in {len(keys)} of {submissions} submissions: was it given to the class?"
        if digest in published or len(keys) > 1:
            groups.setdefault((keys, end), []).extend(places[digest])
    return Comparison(
        {key: [note for one in examined for note in one.notes] for key, examined in files.items()},
        {
            key: [note for one in examined for note in _copies(one, partial(words, key=key))]
            for key, examined in files.items()
        },
        [EqualFunctions(keys, _sentence(end, found)) for (keys, end), found in groups.items()],
    )


def _copies(one: Examined, words: Callable[[bytes], str]) -> Iterator[str]:
    """A sentence for each thing that functions of a file are the same as."""
    equal: dict[str, list[str]] = {}
    for form in one.forms:
        equal.setdefault(words(form.digest), []).append(form.name)
    for same, functions in equal.items():
        if same:
            are = _are(functions)
            yield f"{one.file_name}: {are} the same as {same}, apart from names and comments."


def _sentence(end: str, places: Sequence[_Place]) -> str:
    """As in "pooling.py: maxpool_forward is the same" with this end."""
    file_names = list(dict.fromkeys(place.file_name for place in places))
    functions = list(dict.fromkeys(place.function for place in places))
    shown = listed(file_names, MAX_NAMES)
    return f"{shown}: {_are(functions, MAX_NAMES)} the same{end}"


def _are(functions: Sequence[str], at_most: int = MAX_FUNCTIONS) -> str:
    names = list(dict.fromkeys(functions))
    return f"{listed(names, at_most)} {'is' if len(names) == 1 else 'are'}"


def _of_others(names: Sequence[str]) -> str:
    return f"in the submission of {listed(names, MAX_NAMES)}" if names else ""
