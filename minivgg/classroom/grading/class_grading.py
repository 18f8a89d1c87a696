"""Grading a class: each function of each submission runs in a child process, several at a time.

A submission cannot stop the grading of the others. If it fails, it loses points, and its report
says why. Results are saved as soon as they are known, so a grading that was stopped can be resumed.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from minivgg.backend.resources import cpus
from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.grading import originality
from minivgg.classroom.grading.adjustments import Adjustments
from minivgg.classroom.grading.assignment_grading import (
    Grading,
    grade_assignment,
    take_from_journal,
)
from minivgg.classroom.grading.grades import AssignmentGrade, ClassGrades, Interrupted, Student
from minivgg.classroom.grading.hidden_cases import load_hidden_cases
from minivgg.classroom.grading.internal_errors import note_error
from minivgg.classroom.grading.journal import Journal
from minivgg.classroom.grading.scheme import Scheme
from minivgg.classroom.grading.student_search import find_student
from minivgg.classroom.grading.task_grading import RunOptions, not_gradable
from minivgg.classroom.grading.work_folder import ERRORS, locked
from minivgg.classroom.handins import choosing, collecting
from minivgg.classroom.handins.file_names import is_named_after
from minivgg.classroom.handins.submission import Submission
from minivgg.classroom.isolation import bubblewrap, running
from minivgg.classroom.isolation.child_process import Limits
from minivgg.utils.files import StrPath
from minivgg.utils.progress import progress_bar
from minivgg.utils.suggest import which_there_are

END_PAUSE_SECONDS = 0.05
GRADED_EARLIER = "Not graded again, although the file or the options have changed since."


def grade_class(
    path: StrPath,
    assignments: Sequence[str] | None = None,
    hidden: StrPath | None = None,
    jobs: int | None = None,
    limits: Limits | None = None,
    progress: bool = False,
    *,
    isolation: str = "auto",
    scheme: Scheme | None = None,
    adjustments: Adjustments | None = None,
    work: StrPath | None = None,
    only: str | None = None,
    as_one: bool = False,
    again: bool = False,
    on_begin: Callable[[Sequence[Student]], None] | None = None,
    on_student: Callable[[Student], None] | None = None,
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
    isolation : {"auto", "bwrap", "audit"}
        What isolates the submissions from the grader.
    scheme : Scheme, optional
        The instructor's points and weights.
    adjustments : Adjustments, optional
        Points that the instructor has changed by hand.
    work : path, optional
        The folder where results are saved for the next grading; without it, nothing is saved.
    only : str, optional
        Grade only the student with this name, number or key; the others keep their earlier results.
    as_one : bool
        Whether all files belong to one student.
    again : bool
        Also grade what has not changed since the last grading.
    on_begin : function, optional
        Called with all students before the grading begins.
    on_student : function, optional
        Called with each student as soon as all assignments of that student are graded.

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
    BlockingIOError
        If another grading uses ``work``.
    RuntimeError
        If the requested isolation is not available.
    ValueError
        For unusable files and unknown names.
    """
    _check_names(assignments or ())
    hidden_cases = load_hidden_cases(hidden) if hidden else {}
    kind = bubblewrap.in_force(isolation)
    with _scratch(work) as scratch:
        hand_ins = collecting.find_submissions(path, scratch, as_one=as_one)
        found = hand_ins.submissions
        names = _names_to_grade(path, found, assignments)
        chosen = find_student(only, found) if only is not None else None
        errors = Path(work) / ERRORS if work else None
        secret = tuple(Path(one) for one in (path, hidden, work and Path(work).parent) if one)
        grading = Grading(
            hidden_cases,
            limits or Limits(),
            RunOptions(kind, Path(scratch) if work else None, errors, True, secret),
            Journal(Path(work)) if work else None,
            again,
            threading.Event(),
        )
        grades = ClassGrades([], bubblewrap.describe(kind), hand_ins.ignored)
        one_class = _Class(
            found,
            [_new_student(one, names) for one in found],
            grading,
            grades,
            scheme or Scheme(),
            adjustments or Adjustments(),
            on_student or _do_nothing,
        )
        if on_begin is not None:
            on_begin(one_class.students)
        one_class.grade(jobs or cpus(), progress, chosen)
        one_class.add_notes()
        return one_class.finished()


def _check_names(assignments: Sequence[str]) -> None:
    for name in assignments:
        if name not in ASSIGNMENTS:
            which = which_there_are(name, ASSIGNMENTS)
            raise ValueError(f"there is no assignment {name!r}: {which}")


def _names_to_grade(
    path: StrPath, found: Sequence[Submission], assignments: Sequence[str] | None
) -> list[str]:
    """The assignments that are named, or those that anybody submitted, in the course's order."""
    names = [n for n in ASSIGNMENTS if n in (assignments or submitted_assignments(found))]
    if not names:
        raise ValueError(
            f"no file in {path} is named after an assignment or defines one of its functions; "
            "see: assignment list"
        )
    return names


@contextmanager
def _scratch(work: StrPath | None) -> Iterator[StrPath]:
    if work is None:
        with TemporaryDirectory(prefix="minivgg-class-", ignore_cleanup_errors=True) as folder:
            yield folder
    else:
        with locked(Path(work)) as folder:
            yield folder


def _do_nothing(student: Student) -> None:
    """What happens with a graded student by default."""


@dataclass
class _Class:
    """The students of a class while they are graded; their numbers are their places in the list."""

    submissions: Sequence[Submission]
    students: list[Student]
    grading: Grading
    grades: ClassGrades  # gets the students at the end
    scheme: Scheme
    adjustments: Adjustments
    on_student: Callable[[Student], None]
    graded: set[int] = field(default_factory=set)  # those with all assignments graded
    # of each student, by assignment: the graded file, and the student's name for it
    files: list[dict[str, tuple[Path, str]]] = field(init=False)
    reused: set[int] = field(default_factory=set)  # students with an assignment from the journal
    graded_now: set[int] = field(default_factory=set)  # students with one that is not from there

    def __post_init__(self) -> None:
        self.files = [{} for _ in self.submissions]

    def grade(self, workers: int, progress: bool, chosen: int | None) -> None:
        """Grade all students, or the chosen one and take the others from the journal."""
        wanted = range(len(self.students)) if chosen is None else [chosen]
        if chosen is not None:
            self._take_others(chosen)
        bar = progress_bar(total=len(wanted), unit="student", disable=not progress, leave=False)
        with ThreadPoolExecutor(workers) as pool, bar:
            futures = {
                pool.submit(self._grade_one, i, assignment): i
                for i in wanted
                for assignment in self.students[i].assignments
            }
            missing = Counter(futures.values())
            try:
                for future in as_completed(futures):
                    future.result()
                    i = futures[future]
                    missing[i] -= 1
                    if not missing[i]:
                        self._complete(i)
                        bar.update()
            except BaseException as error:
                self._stop(pool, list(futures))
                if not isinstance(error, KeyboardInterrupt):
                    raise
                finished = self.finished()
                raise Interrupted(finished, finished.waiting) from error

    def _grade_one(self, i: int, assignment: AssignmentGrade) -> None:
        path, is_kept = grade_assignment(self.submissions[i], assignment, self.grading)
        if path is not None:
            self.files[i][assignment.name] = path, assignment.file_name
            (self.reused if is_kept else self.graded_now).add(i)

    def _take_others(self, chosen: int) -> None:
        """Fill in what the journal has about the students who are not graded now."""
        for i, student in enumerate(self.students):
            if i == chosen:
                continue
            kept = [
                take_from_journal(self.submissions[i], assignment, self.grading)
                for assignment in student.assignments
            ]
            if not all(kept):
                continue
            found = [entry for entry in kept if entry is not None]
            self.files[i] = {
                assignment.name: (path, assignment.file_name)
                for assignment, (path, _) in zip(student.assignments, found, strict=True)
                if path is not None
            }
            if not all(is_current for _, is_current in found):
                student.notes.append(GRADED_EARLIER)
            self._apply(student)
            self.graded.add(i)

    def _apply(self, student: Student) -> None:
        """Apply the instructor's scheme and changes."""
        for assignment in student.assignments:
            self.scheme.apply_to_assignment(assignment)
        self.scheme.apply_to_student(student)
        self.adjustments.apply(student, self.students)

    def _complete(self, i: int) -> None:
        """All assignments of a student are graded: write the page."""
        student = self.students[i]
        self._apply(student)
        try:
            self.on_student(student)
        except (OSError, MemoryError):
            raise
        except Exception as error:  # an internal error, caused by something odd in these results
            sentence = note_error(error, f"page of {student.name}", self.grading.options.errors)
            for assignment in student.assignments:
                message = f"{assignment.name} {sentence}."
                assignment.tasks = [not_gradable(g.task, message) for g in assignment.tasks]
                assignment.remarks = [message]
            self._apply(student)
            self.on_student(student)
        self.graded.add(i)

    def _stop(self, pool: ThreadPoolExecutor, futures: "Sequence[Future[None]]") -> None:
        """End all children, and wait for the threads, which begin no others."""
        self.grading.stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        begun = [future for future in futures if not future.cancelled()]
        while begun := list(wait(begun, END_PAUSE_SECONDS).not_done):
            running.end_all()

    def add_notes(self) -> None:
        """Notes for the instructor about copied solutions and odd tools."""
        try:
            files = {
                self.students[i].key: [originality.examine(*file) for file in self._files_of(i)]
                for i in sorted(self.graded)
            }
            names = {student.key: student.name for student in self.students}
            found = originality.compare(files, names)
        except Exception as error:
            sentence = note_error(error, "copied functions", self.grading.options.errors)
            for student in self.students:
                student.notes.append(f"The search for copied functions failed: it {sentence}.")
            return
        self.grades.equal = found.groups
        for student in self.students:
            student.notes += found.notes.get(student.key, [])
            student.copies += found.copies.get(student.key, [])

    def _files_of(self, i: int) -> list[tuple[Path, str]]:
        """The files of a student in the order of the course, not in that of grading."""
        files = self.files[i]
        return list(dict.fromkeys(files[name] for name in ASSIGNMENTS if name in files))

    def finished(self) -> ClassGrades:
        """The grades of the students that are graded."""
        everyone = range(len(self.students))
        kept = self.graded - self.graded_now if self.reused else ()
        return replace(
            self.grades,
            students=[self.students[i] for i in everyone if i in self.graded],
            unchanged=len(kept),  # with those who have no file that could be graded
            waiting=[self.students[i].name for i in everyone if i not in self.graded],
        )


def _new_student(one: Submission, names: Sequence[str]) -> Student:
    return Student(
        one.student,
        [AssignmentGrade(name) for name in names],
        list(one.remarks),
        key=one.key,
        number=one.number,
        is_late=one.is_late,
        platform=one.platform,
        entry=one.entry,
    )


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
    names: set[str] = set()
    for submission in found:
        try:
            names |= _assignments_of(submission)
        except Exception:
            continue
    return [name for name in ASSIGNMENTS if name in names]


def _assignments_of(submission: Submission) -> set[str]:
    files = submission.files
    defined = set().union(
        *(choosing.defined_functions(f.path) for f in choosing.unnamed_files(files)),
        *(choosing.functions_in_guide(f) for f in files),
    )
    return {
        name
        for name, tasks in ASSIGNMENTS.items()
        if any(is_named_after(f.name, name) for f in files)
        or any(task.name in defined for task in tasks)
    }
