"""An instructor's scheme: points, weights and other settings in a small TOML file.

all-or-nothing = ["sgd_step"]   # or true: a function that fails a check gets no points
hidden-share = 0.5              # share of the hidden checks in the points of a function
late-factor = 0.9               # by which the total of a late submission is multiplied

[points]                        # of a function
im2col = 5

[weights]                       # of an assignment in the total
convolution = 2
"""

import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from minivgg.classroom.bank import ASSIGNMENTS, TASKS
from minivgg.classroom.grading.grades import AssignmentGrade, Student, TaskGrade
from minivgg.utils.files import StrPath
from minivgg.utils.suggest import suggest

POINTS, WEIGHTS = "points", "weights"
ALL_OR_NOTHING, HIDDEN_SHARE, LATE_FACTOR = "all-or-nothing", "hidden-share", "late-factor"
SINGLE_KEYS = (ALL_OR_NOTHING, HIDDEN_SHARE, LATE_FACTOR)
KEYS = (POINTS, WEIGHTS, *SINGLE_KEYS)
MAX_VALUE = 1_000_000


@dataclass(frozen=True)
class Scheme:
    """What counts how much.

    Parameters
    ----------
    points : mapping
        {function: points for full marks}, where they differ from the default.
    weights : mapping
        {assignment: weight in the total}, 1 for those left out.
    all_or_nothing : collection of str
        The functions that get no points if they fail a check.
    hidden_share : float, optional
        The share of the hidden checks in the points of a function.
    late_factor : float
        By which the total of a late submission is multiplied.
    """

    points: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    all_or_nothing: Collection[str] = ()
    hidden_share: float | None = None
    late_factor: float = 1.0

    def apply_to_task(self, grade: TaskGrade) -> None:
        """Set what the scheme says about one function.

        Parameters
        ----------
        grade : TaskGrade
            It is changed.
        """
        name = grade.task.name
        grade.max_points = self.points.get(name)
        grade.hidden_share = self.hidden_share
        grade.all_or_nothing = name in self.all_or_nothing

    def apply_to_assignment(self, assignment: AssignmentGrade) -> None:
        """Set what the scheme says about an assignment and its functions.

        Parameters
        ----------
        assignment : AssignmentGrade
            It is changed.
        """
        assignment.weight = self.weights.get(assignment.name, 1.0)
        for grade in assignment.tasks:
            self.apply_to_task(grade)

    def apply_to_student(self, student: Student) -> None:
        """Set what the scheme says about a late submission.

        Parameters
        ----------
        student : Student
            It is changed.
        """
        if student.is_late and self.late_factor != 1:
            student.factor = self.late_factor
            remark = f"Submitted late: the points are multiplied by {self.late_factor:g}."
            student.remarks = [*(r for r in student.remarks if r != remark), remark]


def load_scheme(path: StrPath) -> Scheme:
    """Read a scheme.

    Parameters
    ----------
    path : path
        A TOML file.

    Returns
    -------
    scheme : Scheme
        Whatever the file leaves out has its default.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is not TOML, or for an unknown key, name or value.
    """
    try:
        found = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {path}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a text file in UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ValueError(f"{path} is not valid TOML: {error}") from None
    try:
        return _scheme(found)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _scheme(found: dict[str, object]) -> Scheme:
    for key in found:
        if key not in KEYS:
            raise ValueError(f"there is no setting {key!r}: did you mean {suggest(key, KEYS)!r}?")
    share, factor = found.get(HIDDEN_SHARE), found.get(LATE_FACTOR, 1.0)
    return Scheme(
        _numbers(found.get(POINTS, {}), POINTS, "function", TASKS),
        _numbers(found.get(WEIGHTS, {}), WEIGHTS, "assignment", ASSIGNMENTS),
        _all_or_nothing(found.get(ALL_OR_NOTHING, ())),
        None if share is None else _number(share, HIDDEN_SHARE, 1),
        _number(factor, LATE_FACTOR, 1),
    )


def _numbers(table: object, key: str, kind: str, known: Collection[str]) -> dict[str, float]:
    if not isinstance(table, dict):
        example = f"[{key}] with a line such as {next(iter(known))} = 2"
        raise ValueError(f"{key} must be a table: {example}")
    for name in table:
        if name in SINGLE_KEYS:
            raise ValueError(
                f"{name} is in the table [{key}]: in TOML it must come before the first table"
            )
        if name not in known:
            raise ValueError(
                f"[{key}]: there is no {kind} {name!r}: did you mean {suggest(name, known)!r}?"
            )
    return {name: _number(value, f"[{key}] {name}", MAX_VALUE) for name, value in table.items()}


def _number(value: object, key: str, largest: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 <= value <= largest:  # type: ignore[arg-type, operator]
        raise ValueError(f"{key} must be a number from 0 to {largest:g}, got {value!r}"[:300])
    return float(value)  # type: ignore[arg-type]


def _all_or_nothing(value: object) -> tuple[str, ...]:
    if isinstance(value, bool):
        return tuple(TASKS) if value else ()
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
        raise ValueError(f"{ALL_OR_NOTHING} must be true, false or a list of functions")
    for name in value:
        if name not in TASKS:
            raise ValueError(
                f"{ALL_OR_NOTHING}: there is no function {name!r}: did you mean "
                f"{suggest(name, TASKS)!r}?"
            )
    return tuple(value)
