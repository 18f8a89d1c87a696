"""The grades of a class: of each student, assignment and function."""

import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from minivgg.classroom.tasks import Task
from minivgg.classroom.verdict import Verdict
from minivgg.utils.printable_text import printable


@dataclass
class TaskGrade:
    """The grade of one function.

    Parameters
    ----------
    task : Task
        What the function has to do.
    public : Verdict
        On the public checks.
    hidden : Verdict, optional
        On the hidden checks, if there are any.
    public_count, hidden_count : int
        The numbers of checks.
    printed : str
        The end of what the function printed during the public checks.
    timed_out : bool
        Whether it took longer than allowed.
    remarks : tuple of str
        Sentences about parts of the file that were left out.
    seconds, hidden_seconds : float
        How long the public checks took, and the hidden ones: this must not reach the student, since
        a function can make it depend on what the hidden checks are.
    picture : bytes
        The wrong entries as a PNG, empty if there is no picture.
    max_points : float, optional
        Instead of those of the task.
    hidden_share : float, optional
        The share of the hidden checks in the score, from 0 to 1; by default each check counts the
        same.
    all_or_nothing : bool
        Whether a function that fails a check gets no points.
    points_by_hand : float, optional
        The instructor's points, which count instead of the computed ones.
    reason : str
        Why the instructor changed them.
    hidden_problem : str
        Why there are no results of the hidden checks, a sentence without its subject.
    internal_error : str
        What prevented the grading, if it was not the submission's fault.
    """

    task: Task
    public: Verdict
    hidden: Verdict | None = None
    public_count: int = 1
    hidden_count: int = 0
    printed: str = ""
    timed_out: bool = False
    remarks: tuple[str, ...] = ()
    seconds: float = 0.0
    hidden_seconds: float = 0.0
    picture: bytes = b""
    max_points: float | None = None
    hidden_share: float | None = None
    all_or_nothing: bool = False
    points_by_hand: float | None = None
    reason: str = ""
    hidden_problem: str = ""
    internal_error: str = ""

    @property
    def out_of(self) -> float:
        """The points of a function that passes all checks."""
        return self.task.points if self.max_points is None else self.max_points

    @property
    def share_of_hidden(self) -> float:
        """The share of the hidden checks in the score, if there are any."""
        if self.hidden_share is not None:
            return self.hidden_share
        return self.hidden_count / (self.public_count + self.hidden_count)

    @property
    def verdict(self) -> Verdict:
        """On public and hidden checks together.

        The message says which mistakes the hidden checks found, but not what they ask.
        """
        public, hidden, name = self.public, self.hidden, self.task.name
        if hidden is None:
            return public
        if public.passed and hidden.passed:
            message = f"{name}: public and hidden checks passed."
            return Verdict(True, 1.0, (), message, public.conventions)
        share = self.share_of_hidden
        score = (1 - share) * public.score + share * hidden.score
        names = tuple(dict.fromkeys((*public.mistakes, *hidden.mistakes)))
        first, *others = hidden.message.splitlines()
        passed = re.search(r"(\d+ of \d+|all) hidden checks passed( completely; [\w ]+)?", first)
        summary = passed[0] if passed else f"0 of {self.hidden_count} hidden checks passed"
        because = f": {name} {self.hidden_problem}" if self.hidden_problem else ""
        lines = [
            public.message,
            "hidden checks passed." if hidden.passed else f"{summary}{because}.",
        ]
        if public.passed:
            lines += [line for line in others if line.split(":")[0] in hidden.mistakes]
        return replace(
            public,
            passed=False,
            score=min(score, 0.99),
            mistakes=names,
            message="\n".join(lines),
        )

    @property
    def computed_points(self) -> float:
        """From the checks, rounded down to a hundredth, so nothing wrong gets full marks."""
        verdict = self.verdict
        if self.all_or_nothing and not verdict.passed:
            return 0.0
        return int(100 * self.out_of * verdict.score) / 100

    @property
    def points(self) -> float:
        """The instructor's, if they were changed by hand, else the computed ones."""
        return self.computed_points if self.points_by_hand is None else self.points_by_hand


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
    weight : float
        By which the points count in the student's total.
    """

    name: str
    file_name: str = ""
    tasks: list[TaskGrade] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    weight: float = 1.0

    @property
    def points(self) -> float:
        """Of all tasks, weighted."""
        return self.weight * sum(grade.points for grade in self.tasks)

    @property
    def max_points(self) -> float:
        """Of all tasks, weighted."""
        return self.weight * sum(grade.out_of for grade in self.tasks)


@dataclass
class Student:
    """The grades of one student.

    Parameters
    ----------
    name : str
        Of the student, as it is shown.
    assignments : list of AssignmentGrade
        One for each assignment.
    remarks : list of str
        Sentences about the whole submission, for the student.
    notes : list of str
        Sentences for the instructor only: about odd tools, for example.
    key : str
        Different for each student of the class; the same in every grading.
    number : str
        The platform's number of the student, "" if there is none.
    is_late : bool
        Whether the platform calls the submission late.
    platform : str
        "Canvas", "Moodle", ..., "" if it is not known.
    entry : str
        The name of the folder or file that the platform gave to the submission.
    factor : float
        By which the total is multiplied: less than 1 for a late submission.
    points_by_hand : float, optional
        The instructor's total, which counts instead of the computed one.
    reason : str
        Why the instructor changed it.
    copies : list of str
        Notes about copied functions, which the page of the class shows once for each group.
    """

    name: str
    assignments: list[AssignmentGrade]
    remarks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    key: str = ""
    number: str = ""
    is_late: bool = False
    platform: str = ""
    entry: str = ""
    factor: float = 1.0
    points_by_hand: float | None = None
    reason: str = ""
    copies: list[str] = field(default_factory=list)

    @property
    def tasks(self) -> list[TaskGrade]:
        """The grades of all functions."""
        return [grade for assignment in self.assignments for grade in assignment.tasks]

    @property
    def computed_points(self) -> float:
        """Of all assignments, multiplied by ``factor``."""
        return round(self.factor * sum(a.points for a in self.assignments), 2)

    @property
    def points(self) -> float:
        """The instructor's total, if it was changed by hand, else the computed one."""
        return self.computed_points if self.points_by_hand is None else self.points_by_hand

    @property
    def max_points(self) -> float:
        """Of all assignments."""
        return round(sum(assignment.max_points for assignment in self.assignments), 2)

    @property
    def seconds(self) -> float:
        """How long the public checks of all functions took."""
        return sum(grade.seconds for grade in self.tasks)

    @property
    def all_seconds(self) -> float:
        """How long all checks took, for the instructor only."""
        return self.seconds + sum(grade.hidden_seconds for grade in self.tasks)


class EqualFunctions(NamedTuple):
    """Functions that are the same in several submissions, or the same as published ones.

    Parameters
    ----------
    keys : tuple of str
        Of the students.
    sentence : str
        About the functions, without the students' names.
    """

    keys: tuple[str, ...]
    sentence: str


@dataclass
class ClassGrades:
    """The grades of a class.

    Parameters
    ----------
    students : list of Student
        Sorted by name.
    isolation : str
        What isolated the submissions from the grader, as a sentence.
    ignored : list of str
        The names of entries that belong to no student.
    unchanged : int
        How many of the students had been graded before and have not changed anything since.
    waiting : list of str
        The names of students who are not among these, because only one was to be graded.
    equal : list of EqualFunctions
        For the instructor.
    """

    students: list[Student]
    isolation: str = ""
    ignored: list[str] = field(default_factory=list)
    unchanged: int = 0
    waiting: list[str] = field(default_factory=list)
    equal: list[EqualFunctions] = field(default_factory=list)


class Interrupted(KeyboardInterrupt):
    """An interrupted grading.

    Parameters
    ----------
    grades : ClassGrades
        Of the students that are graded.
    missing : list of str
        The names of the others.
    """

    def __init__(self, grades: ClassGrades, missing: list[str]) -> None:
        graded = len(grades.students)
        super().__init__(
            f"interrupted: {graded} of {graded + len(missing)} students graded; "
            f"not graded: {', '.join(map(printable, missing))}"
        )
        self.grades, self.missing = grades, missing
