"""How far a student is: the exercises and assignments of the course that a folder shows as done.

Exercises count as their notebooks were saved; notebooks are not run. The functions of assignments
are checked with the public checks, each in a child process.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeAlias

from minivgg.classroom import course, lessons
from minivgg.classroom.bank import ASSIGNMENTS
from minivgg.classroom.grading.grades import TaskGrade
from minivgg.classroom.grading.task_grading import grade_task, regrade_with_references
from minivgg.classroom.handins.file_names import is_named_after
from minivgg.classroom.handins.submission import SUFFIXES
from minivgg.classroom.isolation.child_process import Limits
from minivgg.classroom.saved_work import Answer, SavedFile, read_saved
from minivgg.classroom.student_files import lesson_label
from minivgg.classroom.tasks import Task
from minivgg.utils.files import StrPath
from minivgg.utils.progress import progress_bar

Unread: TypeAlias = tuple[Path, str]  # a file or folder, and the reason

MAX_FILES = 1000  # that are read


@dataclass
class LessonProgress:
    """The exercises of one lesson.

    Parameters
    ----------
    number : str
        Of the lesson, such as "3" or "1b".
    title : str
        Of the lesson.
    answers : dict
        {name of an exercise: the best answer in any notebook}, for all exercises of the lesson.
    path : Path, optional
        The notebook that has the next exercise, and most correct answers; None if there is none.
    has_outputs : bool
        Whether any output is saved in this notebook.
    damaged : Path, optional
        A notebook with the number of the lesson in its name that could not be read.
    """

    number: str
    title: str
    answers: dict[str, Answer]
    path: Path | None = None
    has_outputs: bool = False
    damaged: Path | None = None

    @property
    def done(self) -> int:
        """The number of correct answers."""
        return sum(answer is Answer.CORRECT for answer in self.answers.values())

    @property
    def is_done(self) -> bool:
        """Whether all answers are correct."""
        return self.done == len(self.answers)

    @property
    def is_started(self) -> bool:
        """Whether an answer or an output is there."""
        return self.has_outputs or any(self.answers.values())

    @property
    def next_exercise(self) -> str:
        """The first exercise without a correct answer, "" if there is none."""
        return next((name for name, a in self.answers.items() if a is not Answer.CORRECT), "")


@dataclass
class AssignmentProgress:
    """The functions of one assignment.

    Parameters
    ----------
    name : str
        Of the assignment.
    path : Path, optional
        The newest file with written functions, else that of the stubs; None if there is no file.
    is_written : bool
        Whether any function in the file is more than a stub.
    is_loaded : bool
        Whether the file can be imported.
    grades : list of TaskGrade
        Of the functions that were checked, in order; after one that took too long, none is.
    """

    name: str
    path: Path | None = None
    is_written: bool = False
    is_loaded: bool = True
    grades: list[TaskGrade] = field(default_factory=list)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All functions of the assignment."""
        return tuple(ASSIGNMENTS[self.name])

    @property
    def passed(self) -> list[bool]:
        """Whether each function of ``tasks`` has passed the public checks."""
        names = {grade.task.name for grade in self.grades if grade.verdict.passed}
        return [task.name in names for task in self.tasks]

    @property
    def is_done(self) -> bool:
        """Whether all functions have passed."""
        return all(self.passed)

    @property
    def next_task(self) -> Task | None:
        """The first function that has not passed."""
        pairs = zip(self.tasks, self.passed, strict=True)
        return next((task for task, passed in pairs if not passed), None)

    @property
    def points(self) -> float:
        """Of all functions."""
        return round(sum(grade.points for grade in self.grades), 2)

    @property
    def max_points(self) -> int:
        """Of all functions."""
        return sum(task.points for task in self.tasks)


@dataclass
class Progress:
    """How far a student is.

    Parameters
    ----------
    lessons : list of LessonProgress
        All lessons, in order.
    assignments : list of AssignmentProgress
        All assignments, in order.
    unread : list of tuple
        (path, reason) of the files and folders that could not be read.
    has_more_files : bool
        Whether there are more files than are read.
    """

    lessons: list[LessonProgress]
    assignments: list[AssignmentProgress]
    unread: list[Unread] = field(default_factory=list)
    has_more_files: bool = False

    @property
    def has_lessons(self) -> bool:
        """Whether there is a notebook of any lesson."""
        return any(lesson.path or lesson.damaged for lesson in self.lessons)

    @property
    def has_assignments(self) -> bool:
        """Whether there is a file of any assignment."""
        return any(assignment.path for assignment in self.assignments)

    @property
    def next_step(self) -> LessonProgress | AssignmentProgress | None:
        """The first lesson or assignment of the course that is not done; None after the last.

        Lessons count only if there is a notebook of any: somebody may do the assignments alone.
        """
        items: dict[str, LessonProgress | AssignmentProgress] = {}
        if self.has_lessons:
            items |= {lesson.number: lesson for lesson in self.lessons}
        items |= {assignment.name: assignment for assignment in self.assignments}
        in_order = [items[step] for step in course.steps() if step in items]
        return next((item for item in in_order if not item.is_done), None)


def find_progress(
    folder: StrPath, limits: Limits | None = None, show_bar: bool = False
) -> Progress:
    """Find out what is done in a folder and in the folders directly in it.

    Parameters
    ----------
    folder : path
        Of a student. Hidden files and folders are left out.
    limits : Limits, optional
        Of time, memory and output of each function.
    show_bar : bool
        Show a progress bar on stderr while functions are checked.

    Returns
    -------
    progress : Progress
        Of all lessons and assignments.

    Raises
    ------
    OSError
        If the folder cannot be read.
    """
    unread: list[Unread] = []
    paths = _files(Path(folder), unread)
    saved: list[SavedFile] = []
    for path in paths[:MAX_FILES]:
        try:
            saved.append(read_saved(path))
        except (OSError, ValueError) as error:
            unread.append((path, _reason(error)))
    assignments = [_find_assignment(name, saved) for name in ASSIGNMENTS]
    written = [assignment for assignment in assignments if assignment.is_written]
    bar = {"unit": "file", "disable": not show_bar, "leave": False}
    for assignment in progress_bar(written, **bar):
        _grade(assignment, limits)
    return Progress(_find_lessons(saved, unread), assignments, unread, len(paths) > MAX_FILES)


def _files(folder: Path, unread: list[Unread]) -> list[Path]:
    """The programs and notebooks of a folder, then those of the folders in it."""
    entries = _visible_entries(folder)
    found = [path for path in entries if _is_work(path)]
    for inner in entries:
        try:
            if inner.is_dir():
                found += [path for path in _visible_entries(inner) if _is_work(path)]
        except OSError as error:
            unread.append((inner, _reason(error)))
    return found


def _visible_entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__")))


def _is_work(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.is_file()


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def _find_lessons(saved: Sequence[SavedFile], unread: Sequence[Unread]) -> list[LessonProgress]:
    """All lessons, with the best answer to each exercise in any notebook."""
    titles = {number: title for number, title, _ in lessons.table()}
    found = []
    for number, names in course.exercises_by_lesson().items():
        answers = {
            name: max(
                (file.answers.get(name, Answer.MISSING) for file in saved), default=Answer.MISSING
            )
            for name in names
        }
        lesson = LessonProgress(number, titles[number], answers)
        notebooks = [file for file in saved if any(name in file.answers for name in names)]
        if notebooks:
            best = max(notebooks, key=partial(_rank_as_lesson, lesson=lesson))
            lesson.path, lesson.has_outputs = best.path, best.has_outputs
        damaged = [path for path, _ in unread if lesson_label(path.name) == number]
        lesson.damaged = next(iter(damaged), None)
        found.append(lesson)
    return found


def _rank_as_lesson(file: SavedFile, lesson: LessonProgress) -> tuple[object, ...]:
    """How well a notebook is suited to continue a lesson: best with most of what is done."""
    answers = [file.answers[name] for name in lesson.answers if name in file.answers]
    is_original = file.path.resolve().parent == lessons.folder().resolve()
    return (
        lesson.next_exercise in file.answers,
        answers.count(Answer.CORRECT),
        file.has_outputs,
        not is_original,
        file.modified,
        file.path,
    )


def _find_assignment(name: str, saved: Sequence[SavedFile]) -> AssignmentProgress:
    """An assignment with its file: the newest with written functions, but rather one of its name.

    The notebook of a lesson is no assignment, whatever functions it defines.
    """
    tasks = {task.name for task in ASSIGNMENTS[name]}

    def rank(file: SavedFile) -> tuple[object, ...]:
        is_named = is_named_after(file.path.name, name)
        return _has_written(file, tasks), is_named, file.modified, file.path

    files = [file for file in saved if tasks & set(file.functions) and not file.answers]
    if not files:
        return AssignmentProgress(name)
    best = max(files, key=rank)
    return AssignmentProgress(name, best.path, _has_written(best, tasks))


def _has_written(file: SavedFile, tasks: set[str]) -> bool:
    return any(file.functions.get(task) for task in tasks)


def _grade(assignment: AssignmentProgress, limits: Limits | None) -> None:
    """Fill in the grades of an assignment, as the command ``assignment check`` gives them."""
    path = assignment.path
    assert path is not None, "an assignment with written functions has a file"
    for task in assignment.tasks:
        grade, assignment.is_loaded = grade_task(path, task, limits=limits)
        assignment.grades.append(grade)
        if grade.timed_out or not assignment.is_loaded:
            return  # the other functions may call it, and would take as long
    regrade_with_references(path, assignment.grades, {}, limits)
