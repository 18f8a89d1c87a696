"""Grading a class: each function of each submission runs in a child process, several at a time.

A submission cannot stop the grading of the others. If it fails, it loses points, and its report
says why.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from tempfile import TemporaryDirectory
from typing import TypeAlias

from tqdm.auto import tqdm

from minivgg.backend.resources import cpus
from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.grading.grades import (
    AssignmentGrade,
    ClassGrades,
    Interrupted,
    Student,
    TaskGrade,
)
from minivgg.classroom.grading.hidden_cases import load_hidden_cases
from minivgg.classroom.grading.task_grading import Cases, grade_task, regrade_with_references
from minivgg.classroom.handins import choosing, collecting
from minivgg.classroom.handins.file_names import is_named_after
from minivgg.classroom.handins.submission import Submission
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.verdict import Verdict
from minivgg.utils.files import StrPath
from minivgg.utils.suggest import suggest

_Job: TypeAlias = tuple[Submission, AssignmentGrade, Cases, Limits | None]


def grade_class(
    path: StrPath,
    assignments: Sequence[str] | None = None,
    hidden: StrPath | None = None,
    jobs: int | None = None,
    limits: Limits | None = None,
    progress: bool = False,
) -> ClassGrades:
    """Grade the submissions of a class.

    Parameters
    ----------
    path : path
        A folder or zip of submissions.
    assignments : sequence of str, optional
        Names of assignments; by default those that anybody submitted.
    hidden : path, optional
        A folder of hidden checks, see ``load_hidden_cases``.
    jobs : int, optional
        The number of processes at a time; by default all cores are used.
    limits : Limits, optional
        Of time, memory and output.
    progress : bool
        Show a progress bar.

    Returns
    -------
    grades : ClassGrades
        Of all students.

    Raises
    ------
    Interrupted
        On an interrupt, with the students graded so far.
    FileNotFoundError
        If there are no submissions or hidden checks.
    ValueError
        For unusable files and unknown names.
    """
    for name in assignments or ():
        if name not in ASSIGNMENTS:
            suggestion = suggest(name, ASSIGNMENTS)
            raise ValueError(f"there is no assignment {name!r}: did you mean {suggestion!r}?")
    hidden_cases = load_hidden_cases(hidden) if hidden else {}
    with TemporaryDirectory(prefix="minivgg-class-", ignore_cleanup_errors=True) as scratch:
        hand_ins = collecting.find_submissions(path, scratch)
        found = hand_ins.submissions
        wanted = assignments or submitted_assignments(found)
        names = [name for name in ASSIGNMENTS if name in wanted]
        if not names:
            raise ValueError(
                f"no file in {path} is named after an assignment or defines one of its functions; "
                "see: assignment list"
            )
        students = [
            Student(
                one.student,
                [AssignmentGrade(name) for name in names],
                one.remarks,
                key=one.key,
                number=one.number,
                is_late=one.is_late,
                platform=one.platform,
                entry=one.entry,
            )
            for one in found
        ]
        jobs_to_do: list[_Job] = [
            (submission, assignment, hidden_cases, limits)
            for submission, student in zip(found, students, strict=True)
            for assignment in student.assignments
        ]
        _grade_in_parallel(jobs_to_do, students, jobs or cpus(), progress)
    return ClassGrades(students, ignored=hand_ins.ignored)


def _grade_in_parallel(
    jobs: Sequence[_Job], students: Sequence[Student], workers: int, progress: bool
) -> None:
    """Fill in the grades of all students. jobs: arguments of ``_grade_assignment``."""
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(_grade_assignment, *job) for job in jobs]
        completed = as_completed(futures)
        bar = {"total": len(futures), "unit": "file", "disable": not progress, "leave": False}
        try:
            for future in tqdm(completed, **bar):
                future.result()
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            done = [s for s in students if all(grade.tasks for grade in s.assignments)]
            missing = [student.name for student in students if student not in done]
            raise Interrupted(ClassGrades(done), missing) from None


def submitted_assignments(found: Sequence[Submission]) -> list[str]:
    """The assignments that anybody submitted.

    They are known by a file's name, or by a function in a file that is not named after any
    assignment.

    Parameters
    ----------
    found : sequence of Submission
        Those of the class.

    Returns
    -------
    names : list of str
        In the order of the course.
    """
    files = [file for submission in found for file in submission.files]
    unnamed = choosing.unnamed_files(files)
    defined = set().union(
        *(choosing.defined_functions(f.path) for f in unnamed),
        *(choosing.functions_in_guide(f) for f in files),
    )
    return [
        name
        for name, tasks in ASSIGNMENTS.items()
        if any(is_named_after(f.name, name) for f in files)
        or any(task.name in defined for task in tasks)
    ]


def _grade_assignment(
    submission: Submission,
    assignment: AssignmentGrade,
    hidden_cases: Cases,
    limits: Limits | None,
) -> None:
    """Fill in the grade of one assignment of one student."""
    choice = choosing.choose_file(submission, assignment.name)
    grades: list[TaskGrade] = []
    remarks, unreadable = list(choice.remarks), ""
    for task in ASSIGNMENTS[assignment.name]:
        not_graded = Verdict(False, 0.0, (), f"{task.name}: not graded.")
        if choice.path is None or unreadable:
            grades.append(TaskGrade(task, not_graded))
            continue
        result, loaded = grade_task(choice.path, task, hidden_cases.get(task.name, ()), limits)
        if not loaded:
            unreadable = result.verdict.message
            remarks.append(unreadable)
            result = TaskGrade(task, not_graded, printed=result.printed)
        grades.append(result)
        remarks += [remark for remark in result.remarks if remark not in remarks]
    if choice.path is not None:
        regrade_with_references(choice.path, grades, hidden_cases, limits)
    assignment.file_name, assignment.remarks, assignment.tasks = choice.name, remarks, grades
