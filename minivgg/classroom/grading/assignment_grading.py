"""Grading one assignment of one student: the file, its functions, earlier results."""

import threading
from dataclasses import dataclass
from pathlib import Path

from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.grading.grades import AssignmentGrade, TaskGrade
from minivgg.classroom.grading.internal_errors import note_error
from minivgg.classroom.grading.journal import Journal, digest_of
from minivgg.classroom.grading.task_grading import (
    Cases,
    RunOptions,
    grade_task,
    not_gradable,
    regrade_with_references,
)
from minivgg.classroom.handins import choosing
from minivgg.classroom.handins.submission import Submission
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.tasks import Task
from minivgg.classroom.verdict import Verdict


class Stopped(Exception):
    """The grading is to stop; what was graded of this assignment does not count."""


@dataclass(frozen=True)
class Grading:
    """What is the same for all assignments of a class.

    Parameters
    ----------
    hidden_cases : dict
        {task name: hidden checks}.
    limits : Limits
        Of time, memory and output.
    options : RunOptions
        Where and how the child processes run.
    journal : Journal, optional
        Where results are saved.
    again : bool
        Whether to also grade what has not changed.
    stop : threading.Event
        Set when the grading is to stop.
    """

    hidden_cases: Cases
    limits: Limits
    options: RunOptions
    journal: Journal | None
    again: bool
    stop: threading.Event


def grade_assignment(
    submission: Submission, assignment: AssignmentGrade, grading: Grading
) -> tuple[Path | None, bool]:
    """Fill in the grade of one assignment of one student.

    Whatever goes wrong becomes a remark in this grade; only an interrupt stops it.

    Parameters
    ----------
    submission : Submission
        The student's.
    assignment : AssignmentGrade
        It is filled in.
    grading : Grading
        What is the same for the class.

    Returns
    -------
    path : Path or None
        The file that was chosen.
    is_kept : bool
        Whether the results come from the journal.

    Raises
    ------
    Stopped
        If ``grading.stop`` was set meanwhile.
    """
    tasks = ASSIGNMENTS[assignment.name]
    path, is_kept = None, False
    try:
        choice = choosing.choose_file(submission, assignment.name)
        path, assignment.file_name = choice.path, choice.name
        if path is None:
            graded, remarks = [_not_graded(task) for task in tasks], list[str]()
        else:
            graded, remarks, is_kept = _results(submission.key, assignment, path, grading)
        remarks = list(dict.fromkeys([*choice.remarks, *remarks]))
    except Exception as error:
        if grading.stop.is_set():
            raise Stopped from None
        about = f"{submission.student}, {assignment.name}"
        message = f"{assignment.name} {note_error(error, about, grading.options.errors)}."
        graded, remarks = [not_gradable(task, message) for task in tasks], [message]
    assignment.remarks, assignment.tasks = remarks, graded
    return path, is_kept


def take_from_journal(
    submission: Submission, assignment: AssignmentGrade, grading: Grading
) -> tuple[Path | None, bool] | None:
    """Fill in an earlier grade of one assignment of one student, without running anything.

    Parameters
    ----------
    submission : Submission
        The student's.
    assignment : AssignmentGrade
        It is filled in.
    grading : Grading
        What is the same for the class.

    Returns
    -------
    path, is_current : Path or None, bool
        The file, and whether it and all options are still the same. None if there is no grade.
    """
    tasks = ASSIGNMENTS[assignment.name]
    try:
        choice = choosing.choose_file(submission, assignment.name)
        if choice.path is None:
            assignment.remarks = list(choice.remarks)
            assignment.tasks = [_not_graded(task) for task in tasks]
            return None, True
        assignment.file_name = choice.name
        digest = _digest(assignment, choice.path, grading)
        journal = grading.journal
        kept = journal.read(submission.key, assignment.name, None) if journal else None
        if journal is None or kept is None:
            return None
        assignment.tasks, remarks, graded_digest = kept
        assignment.remarks = list(dict.fromkeys([*choice.remarks, *remarks]))
        return choice.path, graded_digest == digest
    except Exception as error:
        note_error(error, f"{submission.student}, {assignment.name}", grading.options.errors)
        return None


def _digest(assignment: AssignmentGrade, path: Path, grading: Grading) -> str:
    return digest_of(
        path,
        assignment.file_name,
        assignment.name,
        [grading.hidden_cases.get(task.name, ()) for task in ASSIGNMENTS[assignment.name]],
        grading.limits,
        grading.options.isolation,
    )


def _not_graded(task: Task, printed: str = "", seconds: float = 0.0) -> TaskGrade:
    verdict = Verdict(False, 0.0, (), f"{task.name}: not graded.")
    return TaskGrade(task, verdict, printed=printed, seconds=seconds)


def _results(
    key: str, assignment: AssignmentGrade, path: Path, grading: Grading
) -> tuple[list[TaskGrade], list[str], bool]:
    """The results for a file: from the journal if there are any, else by running it."""
    name, journal = assignment.name, grading.journal
    if journal is None:
        return (*_run_functions(path, name, grading), False)
    digest = _digest(assignment, path, grading)
    if not grading.again and (kept := journal.read(key, name, digest)):
        return kept.tasks, kept.remarks, True
    graded, remarks = _run_functions(path, name, grading)
    journal.write(key, name, digest, graded, remarks)
    return graded, remarks, False


def _run_functions(
    path: Path, assignment: str, grading: Grading
) -> tuple[list[TaskGrade], list[str]]:
    graded: list[TaskGrade] = []
    remarks: list[str] = []
    unreadable = ""
    hidden_cases, limits, options = grading.hidden_cases, grading.limits, grading.options
    for task in ASSIGNMENTS[assignment]:
        _stop_if_asked(grading)
        if unreadable:
            graded.append(_not_graded(task))
            continue
        hidden = hidden_cases.get(task.name, ())
        result, loaded = grade_task(path, task, hidden, limits, options=options)
        if not loaded:
            unreadable = result.verdict.message
            remarks.append(unreadable)
            is_late, result = result.timed_out, _not_graded(task, result.printed, result.seconds)
            result.timed_out = is_late
        graded.append(result)
        remarks += [remark for remark in result.remarks if remark not in remarks]
    _stop_if_asked(grading)
    if not unreadable:
        regrade_with_references(path, graded, hidden_cases, limits, options)
    _stop_if_asked(grading)  # else a child that was ended would count as the submission's fault
    return graded, remarks


def _stop_if_asked(grading: Grading) -> None:
    if grading.stop.is_set():
        raise Stopped
