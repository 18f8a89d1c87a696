"""Grading one function of a file: public and hidden checks, and what other functions cost it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from minivgg.classroom.bank import TASKS
from minivgg.classroom.grader import grade_results
from minivgg.classroom.grading.grades import TaskGrade
from minivgg.classroom.handins import choosing
from minivgg.classroom.isolation.child_process import Limits, run_isolated
from minivgg.classroom.results import Results
from minivgg.classroom.tasks import Case, Task
from minivgg.classroom.verdict import Verdict
from minivgg.utils.files import StrPath
from minivgg.utils.suggest import suggest

Cases: TypeAlias = Mapping[str, tuple[Case, ...]]  # by the name of the task


def grade_task(
    path: StrPath,
    task: Task,
    hidden: Sequence[Case] = (),
    limits: Limits | None = None,
    references: Sequence[str] = (),
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

    Returns
    -------
    graded : TaskGrade
        Of the function.
    loaded : bool
        Whether the file could be imported.
    """
    public = task.cases
    result = run_isolated(path, task, (*public, *hidden), limits, references)

    def failed(sentence: str) -> TaskGrade:
        message = sentence if sentence.endswith("?") else f"{sentence}."
        return TaskGrade(
            task,
            Verdict(False, 0.0, (), message),
            printed=result.printed,
            timed_out=result.kind == "time",
            remarks=result.remarks,
        )

    if not result.loaded:
        return failed(f"{Path(path).name} {result.problem}"), False
    if result.kind == "missing":
        similar = _similar_function(path, task.name)
        question = f": is it {similar}?" if similar else ""
        return failed(f"{task.name}: the file {result.problem}{question}"), True
    if result.problem:
        return failed(f"{task.name} {result.problem}"), True
    n, repeated = len(public), result.records[-1]
    graded = TaskGrade(
        task,
        grade_results(Results(task, public, [*result.records[:n], repeated])),
        public_count=n,
        printed=result.printed,
        remarks=result.remarks,
    )
    if hidden:
        records = [*result.records[n:-1], result.records[n]]  # only a public case is repeated
        graded.hidden = grade_results(Results(task, hidden, records), "hidden checks")
        graded.hidden_count = len(hidden)
    return graded, True


def _similar_function(path: StrPath, name: str) -> str:
    """A function of the file whose name is similar, or ""."""
    defined = choosing.defined_functions(path)
    others = {other.lower(): other for other in defined if other not in TASKS}
    return others.get(suggest(name, others, cutoff=0.8), "")


def regrade_with_references(
    path: StrPath, grades: Sequence[TaskGrade], hidden_cases: Cases, limits: Limits | None
) -> None:
    """Grade the failed functions again, with the reference solutions of the other failed ones.

    So a mistake costs points once, even if other functions of the file depend on it.

    Parameters
    ----------
    path : path
        The student's .py or .ipynb file.
    grades : sequence of TaskGrade
        Of its functions. Those that become better are changed.
    hidden_cases : dict
        {task name: hidden checks}.
    limits : Limits, optional
        Of time, memory and output.
    """
    failed = [graded.task.name for graded in grades if not graded.verdict.passed]
    for graded in grades:
        others = [name for name in failed if name != graded.task.name]
        if graded.verdict.passed or not others:
            continue
        hidden = hidden_cases.get(graded.task.name, ())
        again, loaded = grade_task(path, graded.task, hidden, limits, others)
        if loaded and again.verdict.score > graded.verdict.score:
            names = " and ".join(others)
            note = f"(Checked with the reference solution of {names}: a mistake costs points once.)"
            graded.public = replace(again.public, message=f"{again.public.message}\n{note}")
            graded.hidden = again.hidden
