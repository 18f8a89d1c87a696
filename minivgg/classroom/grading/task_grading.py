"""Grading one function of a file: public and hidden checks, and what other functions cost it.

The public and the hidden checks run in two processes, so nothing that the file prints, writes or
returns during the hidden ones can get into the student's report.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grader import grade_results
from minivgg.classroom.grading.grades import TaskGrade
from minivgg.classroom.grading.internal_errors import note_error
from minivgg.classroom.handins import choosing
from minivgg.classroom.isolation.child_process import Limits, RunResult, run_isolated
from minivgg.classroom.results import Results
from minivgg.classroom.tasks import Case, Task
from minivgg.classroom.verdict import Verdict
from minivgg.utils.files import StrPath
from minivgg.utils.suggest import suggest

Cases: TypeAlias = Mapping[str, tuple[Case, ...]]  # by the name of the task

HIDDEN = "hidden checks"
MAX_PICTURE_BYTES = 500_000

_drawing = threading.Lock()  # matplotlib draws in one thread at a time


@dataclass(frozen=True)
class RunOptions:
    """Where and how the child processes run.

    Parameters
    ----------
    isolation : {"auto", "bwrap", "audit"}
        What isolates them from the grader.
    scratch : Path, optional
        Where their folders are created; by default the system's temporary folder.
    errors : Path, optional
        The file for internal errors.
    pictures : bool
        Whether wrong entries are drawn.
    hidden_folders : tuple of Path
        What the child processes must not read.
    """

    isolation: str = "auto"
    scratch: Path | None = None
    errors: Path | None = None
    pictures: bool = False
    hidden_folders: tuple[Path, ...] = ()


def grade_task(
    path: StrPath,
    task: Task,
    hidden: Sequence[Case] = (),
    limits: Limits | None = None,
    references: Sequence[str] = (),
    options: RunOptions | None = None,
) -> tuple[TaskGrade, bool]:
    """Grade one function of a file.

    Parameters
    ----------
    path : path
        The student's .py or .ipynb file.
    task : Task
        What the function has to do.
    hidden : sequence of Case
        Hidden checks, besides the public ones.
    limits : Limits, optional
        Of time, memory and output.
    references : sequence of str
        Names of functions of the file that are replaced by their reference solutions.
    options : RunOptions, optional
        Where and how the child processes run.

    Returns
    -------
    graded : TaskGrade
        Of the function. An internal error is reported in its message.
    loaded : bool
        Whether the file could be imported.
    """
    options = options or RunOptions()
    try:
        graded, loaded = _grade_public(path, task, limits, references, options)
    except Exception as error:
        sentence = note_error(error, f"{path}, {task.name}", options.errors)
        return not_gradable(task, f"{task.name} {sentence}."), True
    if hidden and loaded and graded.public_count:
        _grade_hidden(graded, path, hidden, limits, references, options)
    graded.public_count = graded.public_count or 1
    return graded, loaded


def not_gradable(task: Task, message: str) -> TaskGrade:
    """The grade of a function that could not be graded because of an internal error.

    Parameters
    ----------
    task : Task
        What the function has to do.
    message : str
        For the student and the instructor.

    Returns
    -------
    graded : TaskGrade
        Without points, with the message as a remark.
    """
    verdict = Verdict(False, 0.0, (), message)
    return TaskGrade(task, verdict, remarks=(message,), internal_error=message)


def _run(
    path: StrPath,
    task: Task,
    cases: Sequence[Case],
    limits: Limits | None,
    references: Sequence[str],
    options: RunOptions,
) -> RunResult:
    where: dict[str, Any] = {} if options.scratch is None else {"scratch": options.scratch}
    if options.hidden_folders:
        where["hidden_folders"] = options.hidden_folders
    return run_isolated(path, task, cases, limits, references, options.isolation, **where)


def _grade_public(
    path: StrPath,
    task: Task,
    limits: Limits | None,
    references: Sequence[str],
    options: RunOptions,
) -> tuple[TaskGrade, bool]:
    """The grade without hidden checks; ``public_count`` is 0 if there are no results."""
    result = _run(path, task, task.cases, limits, references, options)

    def failed(sentence: str) -> TaskGrade:
        message = sentence if sentence.endswith("?") else f"{sentence}."
        return TaskGrade(
            task,
            Verdict(False, 0.0, (), message),
            public_count=0,
            printed=result.printed,
            timed_out=result.kind == "time",
            remarks=result.remarks,
            seconds=result.seconds,
        )

    if not result.loaded:
        return failed(f"{Path(path).name} {result.problem}"), False
    if result.kind == "missing":
        similar = _similar_function(path, task.name)
        question = f": is it {similar}?" if similar else ""
        return failed(f"{task.name}: the file {result.problem}{question}"), True
    if result.problem:
        return failed(f"{task.name} {result.problem}"), True
    verdict = grade_results(Results(task, task.cases, result.records))
    graded = TaskGrade(
        task,
        replace(verdict, picture=None),  # it holds all results: a class of them is too much
        public_count=len(task.cases),
        printed=result.printed,
        remarks=result.remarks,
        seconds=result.seconds,
        picture=_draw(verdict) if options.pictures else b"",
    )
    return graded, True


def _grade_hidden(
    graded: TaskGrade,
    path: StrPath,
    hidden: Sequence[Case],
    limits: Limits | None,
    references: Sequence[str],
    options: RunOptions,
) -> None:
    """Add the verdict on the hidden checks; no text of the submission's gets into it."""
    task = graded.task
    graded.hidden_count = len(hidden)
    try:
        result = _run(path, task, hidden, limits, references, options)
        graded.hidden_seconds += result.seconds
        graded.timed_out = graded.timed_out or result.kind == "time"
        if not result.problem and result.loaded:
            verdict = grade_results(Results(task, hidden, result.records), HIDDEN)
            graded.hidden = replace(verdict, picture=None)
            return
        graded.hidden_problem = "takes too long" if result.kind == "time" else "fails"
    except Exception as error:
        graded.hidden_problem = note_error(error, f"{path}, {task.name}, {HIDDEN}", options.errors)
        graded.internal_error = f"{task.name}, {HIDDEN}: {graded.hidden_problem}."
        graded.remarks = (*graded.remarks, graded.internal_error)
    message = f"{task.name}: 0 of {len(hidden)} {HIDDEN} passed."
    graded.hidden = Verdict(False, 0.0, (), message)


def _draw(verdict: Verdict) -> bytes:
    """The picture of the wrong entries as a PNG; empty if there is none, or if it fails."""
    if verdict.picture is None:
        return b""
    from minivgg.plots.figure import png  # matplotlib: commands that draw nothing start without it

    try:
        with _drawing:
            drawn = png(verdict.picture())
    except Exception:  # of numbers that cannot be drawn: the message says what is wrong
        return b""
    return drawn if len(drawn) <= MAX_PICTURE_BYTES else b""


def _similar_function(path: StrPath, name: str) -> str:
    """A function of the file whose name is similar, or ""."""
    defined = choosing.defined_functions(path)
    others = {other.lower(): other for other in defined if other not in TASKS}
    return others.get(suggest(name, others, cutoff=0.8), "")


def regrade_with_references(
    path: StrPath,
    grades: Sequence[TaskGrade],
    hidden_cases: Cases,
    limits: Limits | None,
    options: RunOptions | None = None,
) -> None:
    """Grade the failed functions again, with the reference solutions of the failed ones before.

    So a mistake costs points only once, even if later functions of the file depend on it. Functions
    after the failed one are not replaced: a correct im2col, for example, could be derived from a
    correct convolution.

    Parameters
    ----------
    path : path
        The student's .py or .ipynb file.
    grades : sequence of TaskGrade
        Of its functions. Those that improve are changed.
    hidden_cases : dict
        {task name: hidden checks}.
    limits : Limits, optional
        Of time, memory and output.
    options : RunOptions, optional
        Where and how the child processes run.
    """
    failed = [graded.task.name for graded in grades if not graded.verdict.passed]
    order = [task.name for task in TASKS.values()]
    for graded in grades:
        others = [n for n in failed if order.index(n) < order.index(graded.task.name)]
        if graded.verdict.passed or not others or graded.internal_error:
            continue
        hidden = hidden_cases.get(graded.task.name, ())
        again, loaded = grade_task(path, graded.task, hidden, limits, others, options)
        graded.seconds += again.seconds
        graded.hidden_seconds += again.hidden_seconds
        if loaded and again.verdict.score > graded.verdict.score:
            names = " and ".join(others)
            why = "a mistake costs points only once"
            note = f"(Checked with the reference solution of {names}: {why}.)"
            graded.public = replace(again.public, message=f"{again.public.message}\n{note}")
            graded.public_count, graded.picture = again.public_count, again.picture
            graded.hidden, graded.hidden_count = again.hidden, again.hidden_count
            graded.hidden_problem, graded.timed_out = again.hidden_problem, again.timed_out
