"""What a student's saved file shows: the answers of a notebook, the functions of a program.

Nothing is run here. Whether an answer is correct is read from the output that ``check`` left in the
notebook.
"""

import json
import re
from dataclasses import dataclass
from enum import IntEnum, unique
from pathlib import Path

from minivgg.classroom.exercises import EXERCISES
from minivgg.classroom.handins.archives import MAX_FILE_BYTES
from minivgg.classroom.program_functions import functions_in
from minivgg.utils.files import JsonObject

NAME = r"(\d+[a-z]?\.\d+)"  # of an exercise
CALL = re.compile(rf"""\bcheck\((.{{0,5000}}?),\s*(?:name\s*=\s*)?["']{NAME}["']""", re.DOTALL)
VERDICT = re.compile(rf"^{NAME}: (correct|not correct yet|not answered yet)\b", re.MULTILINE)


@unique
class Answer(IntEnum):
    """How far an exercise is, from least to most.

    Attributes
    ----------
    MISSING
        The three dots are still there.
    NOT_RUN
        There is an answer, but no saved output.
    WRONG
        The saved output is not that of a correct answer.
    CORRECT
        The saved output says that the answer is correct.
    """

    MISSING = 0
    NOT_RUN = 1
    WRONG = 2
    CORRECT = 3


@dataclass(frozen=True)
class SavedFile:
    """What a file shows.

    Parameters
    ----------
    path : Path
        Of a .py or .ipynb file.
    modified : float
        When it was last changed, in seconds since 1970.
    answers : dict
        {name of an exercise: the best answer to it} of the exercises that the notebook checks.
    has_outputs : bool
        Whether any output is saved in the notebook.
    functions : dict
        {name of a function that the file defines: whether its body is written}.
    """

    path: Path
    modified: float
    answers: dict[str, Answer]
    has_outputs: bool
    functions: dict[str, bool]


def read_saved(path: Path) -> SavedFile:
    """Read a program or a notebook.

    Parameters
    ----------
    path : Path
        A .py or .ipynb file.

    Returns
    -------
    saved : SavedFile
        What it shows.

    Raises
    ------
    ValueError
        If the file is too large, or a damaged notebook.
    OSError
        If it cannot be read.
    """
    status = path.stat()
    if status.st_size > MAX_FILE_BYTES:
        raise ValueError(f"larger than {MAX_FILE_BYTES // 2**20} MB")
    raw = path.read_bytes()
    if path.suffix.lower() != ".ipynb":
        is_utf16 = raw[:2] in (b"\xff\xfe", b"\xfe\xff")  # Notepad on Windows can write this
        text = raw.decode("utf-16" if is_utf16 else "utf-8-sig", "replace")
        return SavedFile(path, status.st_mtime, {}, False, functions_in(text))
    answers: dict[str, Answer] = {}
    functions: dict[str, bool] = {}
    has_outputs = False
    try:
        cells = [cell for cell in json.loads(raw)["cells"] if cell["cell_type"] == "code"]
        for cell in cells:
            source, outputs = "".join(cell["source"]), cell.get("outputs", [])
            functions |= functions_in(source)
            has_outputs = has_outputs or bool(outputs)
            for name, answer in _answers(source, outputs, functions).items():
                answers[name] = max(answer, answers.get(name, answer))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError("not a notebook, or damaged") from None
    return SavedFile(path, status.st_mtime, answers, has_outputs, functions)


def _answers(
    source: str, outputs: list[JsonObject], functions: dict[str, bool]
) -> dict[str, Answer]:
    """The answers of one cell: by the calls of ``check`` in it, and by what these have printed.

    functions: those of the notebook so far, and whether they are written.
    """
    without_verdict = Answer.WRONG if outputs else Answer.NOT_RUN  # an error, for example
    found = {
        name: without_verdict if _is_given(answer.strip(), functions) else Answer.MISSING
        for answer, name in CALL.findall(source)
    }
    printed = "\n".join("".join(output.get("text", "")) for output in outputs)
    for name, verdict in VERDICT.findall(printed):
        if verdict == "correct":
            found[name] = Answer.CORRECT
        elif verdict == "not correct yet" and found.get(name) != Answer.CORRECT:
            found[name] = Answer.WRONG
    return {name: answer for name, answer in found.items() if name in EXERCISES}


def _is_given(answer: str, functions: dict[str, bool]) -> bool:
    """Whether the text of an answer is more than three dots, or than a function without a body."""
    return answer != "..." and functions.get(answer, True)
