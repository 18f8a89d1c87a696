"""The journal of a grading: the results of each assignment, saved as soon as they are known.

A grading that was stopped is resumed from it, and one that is repeated runs only what has changed.
Each entry contains a digest of everything that affects the results.
"""

import base64
import hashlib
import json
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

import minivgg
from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.grading.grades import TaskGrade
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.messages import GENERAL_MISTAKES
from minivgg.classroom.tasks import Case, Task
from minivgg.classroom.verdict import Verdict
from minivgg.utils.files import JsonObject, make_folder, write_text

FORMAT = 1
FOLDER = "results"
AFFECTING_RESULTS = (
    "bank",
    "diagnosis",
    "grading",
    "isolation",
    "worker",
)  # parts of the classroom
PLAIN_FIELDS = {  # of a grade, with their types
    "public_count": int,
    "hidden_count": int,
    "printed": str,
    "timed_out": bool,
    "seconds": float,
    "hidden_seconds": float,
    "hidden_problem": str,
}


class Entry(NamedTuple):
    """The results of one assignment of one student.

    Parameters
    ----------
    tasks : list of TaskGrade
        Of its functions.
    remarks : list of str
        About the file.
    digest : str
        Of what was graded.
    """

    tasks: list[TaskGrade]
    remarks: list[str]
    digest: str


class Journal:
    """The journal in a folder.

    Parameters
    ----------
    work : Path
        OUT/.grading.
    """

    def __init__(self, work: Path) -> None:
        self._folder = work / FOLDER

    def _path(self, key: str, assignment: str) -> Path:
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        readable = re.sub(r"\W+", "-", key, flags=re.ASCII)[:40].strip("-")
        return self._folder / f"{assignment}-{readable}-{digest}.json"

    def write(
        self, key: str, assignment: str, digest: str, tasks: Sequence[TaskGrade], remarks: list[str]
    ) -> None:
        """Save the results of an assignment, unless one of them is an internal error.

        Parameters
        ----------
        key : str
            Of the student.
        assignment : str
            Its name.
        digest : str
            From ``digest_of``.
        tasks : sequence of TaskGrade
            Its results.
        remarks : list of str
            About the file.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        if any(grade.internal_error for grade in tasks):
            return
        make_folder(self._folder)
        entry = {
            "format": FORMAT,
            "student": key,
            "digest": digest,
            "remarks": remarks,
            "tasks": [_to_json(grade) for grade in tasks],
        }
        write_text(self._path(key, assignment), json.dumps(entry) + "\n")

    def read(self, key: str, assignment: str, digest: str | None) -> Entry | None:
        """The results of an assignment.

        Parameters
        ----------
        key : str
            Of the student.
        assignment : str
            Its name.
        digest : str, optional
            Of what would be graded now. None takes whatever there is.

        Returns
        -------
        entry : Entry, optional
            None if there is none, if something else was graded, if the file is damaged, or if a
            function took too long: the machine may have been busy.
        """
        try:
            entry = json.loads(self._path(key, assignment).read_text(encoding="utf-8"))
            if entry["format"] != FORMAT or entry["student"] != key:
                return None
            tasks = [_from_json(one) for one in entry["tasks"]]
            remarks = entry["remarks"]
            if not all(isinstance(remark, str) for remark in remarks):
                return None
            names = [grade.task.name for grade in tasks]
            is_whole = names == [task.name for task in ASSIGNMENTS[assignment]]
            is_new = digest is None or entry["digest"] == digest
            is_late = digest is not None and any(grade.timed_out for grade in tasks)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        if is_whole and is_new and not is_late:
            return Entry(tasks, list(remarks), str(entry["digest"]))
        return None


def digest_of(
    path: Path,
    file_name: str,
    assignment: str,
    hidden: Iterable[Sequence[Case]],
    limits: Limits,
    isolation: str,
) -> str:
    """A digest of everything that affects the results of an assignment.

    Parameters
    ----------
    path : Path
        The graded file.
    file_name : str
        The student's name for it.
    assignment : str
        Its name.
    hidden : iterable of sequences of Case
        The hidden checks of its functions.
    limits : Limits
        Of time, memory and output.
    isolation : str
        The kind that is in force.

    Returns
    -------
    digest : str
        In hexadecimal.
    """
    cases = [[[case.about, case.seed, case.calls] for case in some] for some in hidden]
    parts = [
        FORMAT,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        file_name,
        path.suffix,
        assignment,
        cases,
        asdict(limits),
        isolation,
        _program_digest(),
    ]
    text = json.dumps(parts, default=repr)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _program_digest() -> str:
    """Of this program, and of what it runs on."""
    digest = hashlib.sha256(
        f"{minivgg.__version__} {np.__version__} {platform.python_version()}".encode()
    )
    classroom = Path(minivgg.__file__).parent / "classroom"
    for path in sorted(
        [*classroom.glob("*.py"), *(p for d in AFFECTING_RESULTS for p in _sources(d))]
    ):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _sources(part: str) -> list[Path]:
    return list((Path(minivgg.__file__).parent / "classroom" / part).rglob("*.py"))


def _to_json(grade: TaskGrade) -> JsonObject:
    return {
        "task": grade.task.name,
        "public": _verdict_to_json(grade.public),
        "hidden": None if grade.hidden is None else _verdict_to_json(grade.hidden),
        "remarks": list(grade.remarks),
        "picture": base64.b64encode(grade.picture).decode(),
        **{name: getattr(grade, name) for name in PLAIN_FIELDS},
    }


def _from_json(found: JsonObject) -> TaskGrade:
    hidden, task = found["hidden"], TASKS[found["task"]]
    return TaskGrade(
        task,
        _verdict_from_json(found["public"], task),
        None if hidden is None else _verdict_from_json(hidden, task),
        remarks=tuple(map(str, found["remarks"])),
        picture=base64.b64decode(found["picture"]),
        **{name: kind(found[name]) for name, kind in PLAIN_FIELDS.items()},
    )


def _verdict_to_json(verdict: Verdict) -> JsonObject:
    return {
        "passed": verdict.passed,
        "score": verdict.score,
        "mistakes": verdict.mistakes,
        "message": verdict.message,
        "conventions": verdict.conventions,
        "diagnoses": verdict.diagnoses,
    }


def _verdict_from_json(found: JsonObject, task: Task) -> Verdict:
    score, mistakes = float(found["score"]), tuple(map(str, found["mistakes"]))
    known = {*GENERAL_MISTAKES, *(mistake.name for mistake in task.mistakes)}
    if not 0 <= score <= 1 or not known.issuperset(mistakes):
        raise ValueError("not a verdict of this version")
    return Verdict(
        bool(found["passed"]),
        score,
        mistakes,
        str(found["message"]),
        tuple(map(str, found["conventions"])),
        diagnoses=tuple(map(str, found["diagnoses"])),
    )
