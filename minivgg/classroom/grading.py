"""Grading a class: each function of each submission runs in a child process, several at a time.

A submission cannot stop the grading of the others. If it fails, it loses points, and its report
says why.
"""

import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from tqdm.auto import tqdm

from minivgg.backend.resources import cpus
from minivgg.classroom import submissions
from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.grader import grade_results
from minivgg.classroom.isolation import Limits, run_isolated
from minivgg.classroom.results import Results
from minivgg.classroom.tasks import Case, Task
from minivgg.classroom.verdict import Verdict
from minivgg.utils.files import StrPath
from minivgg.utils.suggest import suggest

Cases: TypeAlias = Mapping[str, tuple[Case, ...]]  # by the name of the task


@dataclass
class TaskGrade:
    """The grade of one function.

    Parameters
    ----------
    task : Task
        What the function has to do.
    verdict : Verdict
        On public and hidden checks together.
    printed : str
        The end of what the function printed.
    timed_out : bool
        Whether it took longer than allowed.
    remarks : tuple of str
        Sentences about parts of the file that were left out.
    """

    task: Task
    verdict: Verdict
    printed: str = ""
    timed_out: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """Rounded down to a hundredth, so nothing wrong gets full marks."""
        return int(100 * self.task.points * self.verdict.score) / 100


@dataclass
class AssignmentGrade:
    """The grade of one student's assignment.

    Parameters
    ----------
    name : str
        Of the assignment.
    file_name : str
        The student's name for the graded file, "" if there is none.
    tasks : list of TaskGrade
        The grade of each function.
    remarks : list of str
        Sentences about the graded file.
    """

    name: str
    file_name: str = ""
    tasks: list[TaskGrade] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def points(self) -> float:
        """Of all tasks."""
        return sum(grade.points for grade in self.tasks)

    @property
    def max_points(self) -> int:
        """Of all tasks."""
        return sum(grade.task.points for grade in self.tasks)


@dataclass
class Student:
    """The grades of one student.

    Parameters
    ----------
    name : str
        Of the student.
    assignments : list of AssignmentGrade
        One for each assignment.
    remarks : list of str
        Sentences about the whole submission.
    """

    name: str
    assignments: list[AssignmentGrade]
    remarks: list[str]

    @property
    def tasks(self) -> list[TaskGrade]:
        """The grades of all functions."""
        return [grade for assignment in self.assignments for grade in assignment.tasks]

    @property
    def points(self) -> float:
        """Of all assignments."""
        return round(sum(assignment.points for assignment in self.assignments), 2)

    @property
    def max_points(self) -> int:
        """Of all assignments."""
        return sum(assignment.max_points for assignment in self.assignments)


class Interrupted(KeyboardInterrupt):
    """An interrupted grading.

    Parameters
    ----------
    students : list of Student
        Those that are graded.
    missing : list of str
        The names of the others.
    """

    def __init__(self, students: list[Student], missing: list[str]) -> None:
        super().__init__(
            f"interrupted: {len(students)} of {len(students) + len(missing)} students graded; "
            f"not graded: {', '.join(missing)}"
        )
        self.students, self.missing = students, missing


_Job: TypeAlias = tuple[submissions.Submission, AssignmentGrade, Cases, Limits | None]


def grade(
    path: StrPath,
    assignments: Sequence[str] | None = None,
    hidden: StrPath | None = None,
    jobs: int | None = None,
    limits: Limits | None = None,
    progress: bool = False,
) -> list[Student]:
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
    students : list of Student
        Sorted by name.

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
        found = submissions.find_submissions(path, scratch)
        wanted = assignments or submitted_assignments(found)
        names = [name for name in ASSIGNMENTS if name in wanted]
        if not names:
            raise ValueError(
                f"no file in {path} is named after an assignment or defines one of its functions; "
                "see: assignment list"
            )
        students = [
            Student(one.student, [AssignmentGrade(name) for name in names], one.remarks)
            for one in found
        ]
        jobs_to_do: list[_Job] = [
            (submission, assignment, hidden_cases, limits)
            for submission, student in zip(found, students, strict=True)
            for assignment in student.assignments
        ]
        _grade_in_parallel(jobs_to_do, students, jobs or cpus(), progress)
    return students


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
            raise Interrupted(done, missing) from None


def submitted_assignments(found: Sequence[submissions.Submission]) -> list[str]:
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
    unnamed = submissions.unnamed_files(files)
    defined = set().union(
        *(submissions.defined_functions(f.path) for f in unnamed),
        *(submissions.functions_in_guide(f) for f in files),
    )
    return [
        name
        for name, tasks in ASSIGNMENTS.items()
        if any(submissions.is_named_after(f.name, name) for f in files)
        or any(task.name in defined for task in tasks)
    ]


def load_hidden_cases(folder: StrPath) -> dict[str, tuple[Case, ...]]:
    """The hidden checks of a folder.

    Parameters
    ----------
    folder : path
        With files TASK.json. Each is a list of {"about", "seed", "calls"}.

    Returns
    -------
    cases : dict
        {task name: cases}.

    Raises
    ------
    FileNotFoundError
        If there are no files.
    ValueError
        If an entry cannot be used. The message names the file and the entry.
    """
    paths = sorted(Path(folder).glob("*.json"))
    if not paths:
        raise FileNotFoundError(
            f"there are no hidden checks in {folder}: expected files such as conv_forward.json "
            "(assignment hidden creates them)"
        )
    found = {}
    for path in paths:
        if path.stem not in TASKS:
            suggestion = suggest(path.stem, TASKS)
            raise ValueError(
                f"{path}: there is no task {path.stem!r}: did you mean {suggestion!r}?"
            )
        try:
            entries = json.loads(path.read_text(encoding="utf-8"))
            found[path.stem] = tuple(Case.from_dict(entry) for entry in entries)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{path}: {error}") from None
        _check_calls(TASKS[path.stem], found[path.stem], path)
    return found


def _check_calls(task: Task, cases: tuple[Case, ...], path: Path) -> None:
    """Raise ``ValueError`` for a case with which the function of a task cannot be called."""
    for case, (_, sentence, *_) in Results.from_function(task.implementation(), task, cases).errors:
        raise ValueError(
            f"{path}, {case.about!r}: {task.signature} cannot be called like this: {sentence}"
        )


def _grade_assignment(
    submission: submissions.Submission,
    assignment: AssignmentGrade,
    hidden_cases: Cases,
    limits: Limits | None,
) -> None:
    """Fill in the grade of one assignment of one student."""
    choice = submissions.choose_file(submission, assignment.name)
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
            result = TaskGrade(task, not_graded, result.printed)
        grades.append(result)
        remarks += [remark for remark in result.remarks if remark not in remarks]
    if choice.path is not None:
        regrade_with_references(choice.path, grades, hidden_cases, limits)
    assignment.file_name, assignment.remarks, assignment.tasks = choice.name, remarks, grades


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
        verdict = Verdict(False, 0.0, (), message)
        return TaskGrade(task, verdict, result.printed, result.kind == "time", result.remarks)

    if not result.loaded:
        return failed(f"{Path(path).name} {result.problem}"), False
    if result.kind == "missing":
        similar = _similar_function(path, task.name)
        question = f": is it {similar}?" if similar else ""
        return failed(f"{task.name}: the file {result.problem}{question}"), True
    if result.problem:
        return failed(f"{task.name} {result.problem}"), True
    n, repeated = len(public), result.records[-1]
    verdict = grade_results(Results(task, public, [*result.records[:n], repeated]))
    if hidden:
        records = [*result.records[n:-1], result.records[n]]  # only a public case is repeated
        unseen = grade_results(Results(task, hidden, records), "hidden checks")
        verdict = _combine(task, verdict, unseen, n, len(hidden))
    return TaskGrade(task, verdict, result.printed, remarks=result.remarks), True


def _similar_function(path: StrPath, name: str) -> str:
    """A function of the file whose name is similar, or ""."""
    defined = submissions.defined_functions(path)
    others = {other.lower(): other for other in defined if other not in TASKS}
    return others.get(suggest(name, others, cutoff=0.8), "")


def _combine(
    task: Task, public: Verdict, hidden: Verdict, public_count: int, hidden_count: int
) -> Verdict:
    """The verdict on both kinds of checks.

    The message says which mistakes the hidden checks found, but not what they ask: it does not
    contain their errors.
    """
    if public.passed and hidden.passed:
        message = f"{task.name}: public and hidden checks passed."
        return Verdict(True, 1.0, (), message, public.conventions)
    count = public_count + hidden_count
    score = (public_count * public.score + hidden_count * hidden.score) / count
    names = tuple(dict.fromkeys((*public.mistakes, *hidden.mistakes)))
    first, *others = hidden.message.splitlines()
    passed = re.search(r"(\d+ of \d+|all) hidden checks passed", first)
    summary = passed[0] if passed else f"0 of {hidden_count} hidden checks passed"
    lines = [public.message, "hidden checks passed." if hidden.passed else f"{summary}."]
    if public.passed:
        lines += [line for line in others if line.split(":")[0] in hidden.mistakes]
    return Verdict(
        False,
        min(score, 0.99),
        names,
        "\n".join(lines),
        public.conventions,
        diagnoses=public.diagnoses,
    )


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
            message = f"{again.verdict.message}\n{note}"
            graded.verdict = replace(again.verdict, message=message)
