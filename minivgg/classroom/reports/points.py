"""Points as text, and in hundredths that add up."""

import itertools
from collections.abc import Iterable

from minivgg.classroom.grading.grades import Student, TaskGrade


def write_points(points: float) -> str:
    """Points with at most two decimals.

    Parameters
    ----------
    points : float
        Of a function or a student.

    Returns
    -------
    text : str
        Without trailing zeros, and never in the form 1e+06.

    Examples
    --------
    >>> write_points(8.5), write_points(10.0)
    ('8.5', '10')
    """
    return f"{points:.2f}".rstrip("0").rstrip(".")


def describe_points(grade: TaskGrade) -> str:
    """The points of a function, and how the instructor changed them.

    Parameters
    ----------
    grade : TaskGrade
        Of a function.

    Returns
    -------
    words : str
        "8 of 10 points", or "10 of 10 points, changed by hand from 8: reason".
    """
    words = f"{write_points(grade.points)} of {write_points(grade.out_of)} points"
    return words + describe_change(grade)


def describe_total(student: Student) -> str:
    """The points of a student, and how the instructor changed them.

    Parameters
    ----------
    student : Student
        A graded one.

    Returns
    -------
    words : str
        "20 of 25 points", or "22 of 25 points, changed by hand from 20: reason".
    """
    words = f"{write_points(student.points)} of {write_points(student.max_points)} points"
    return words + describe_change(student)


def describe_change(grade: TaskGrade | Student) -> str:
    """How the instructor changed points.

    Parameters
    ----------
    grade : TaskGrade or Student
        Of a function, or the total.

    Returns
    -------
    words : str
        ", changed by hand from 8: reason"; "" if they were not changed.
    """
    if grade.points_by_hand is None:
        return ""
    reason = f": {grade.reason}" if grade.reason else ""
    return f", changed by hand from {write_points(grade.computed_points)}{reason}"


def hundredths(points: Iterable[float]) -> list[int]:
    """Points in hundredths, as whole numbers that add up to the rounded sum.

    Parameters
    ----------
    points : iterable of float
        Of functions or assignments.

    Returns
    -------
    rounded : list of int
        One for each.

    Examples
    --------
    >>> hundredths([3.335, 3.335, 3.33])
    [334, 333, 333]
    """
    sums = [round(100 * total) for total in itertools.accumulate(points, initial=0.0)]
    return [after - before for before, after in itertools.pairwise(sums)]


def points_of_assignments(student: Student) -> dict[str, float]:
    """The student's points for each assignment, not weighted.

    Parameters
    ----------
    student : Student
        A graded one.

    Returns
    -------
    points : dict
        {name of the assignment: points}. Without weights, they add up to ``student.points``: what a
        late submission or the instructor changes in the total is spread over them.
    """
    assignments = student.assignments
    parts = [grade.points for grade in assignments]
    if not sum(parts):
        parts = [grade.max_points for grade in assignments]
    scale = student.points / sum(parts) if sum(parts) else 0.0
    has_points = any(grade.points for grade in student.tasks)
    parts = [sum(g.points if has_points else g.out_of for g in a.tasks) for a in assignments]
    found = hundredths(scale * part for part in parts)
    return {grade.name: n / 100 for grade, n in zip(assignments, found, strict=True)}
