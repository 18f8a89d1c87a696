"""A class in a few lines: points, and the most frequent mistakes."""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence

from minivgg.classroom.grading.grades import Student
from minivgg.classroom.reports.points import write_points

MOST_FREQUENT = 5  # mistakes in the summary


def common_mistakes(students: Iterable[Student]) -> list[tuple[str, str, int]]:
    """How many students made each mistake.

    Parameters
    ----------
    students : iterable of Student
        The graded ones.

    Returns
    -------
    rows : list of (str, str, int)
        Task, mistake and number of students, the most frequent first.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for student in students:
        counts.update({(g.task.name, name) for g in student.tasks for name in g.verdict.mistakes})
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(task, name, count) for (task, name), count in ordered]


def who_made(students: Sequence[Student], task: str, mistake: str) -> list[int]:
    """Which students made a mistake.

    Parameters
    ----------
    students : sequence of Student
        The graded ones.
    task, mistake : str
        The names of the function and of the mistake.

    Returns
    -------
    indices : list of int
        Of the students.
    """
    return [
        index
        for index, student in enumerate(students)
        if any(g.task.name == task and mistake in g.verdict.mistakes for g in student.tasks)
    ]


def summary(students: Sequence[Student]) -> str:
    """A few lines for the terminal.

    Parameters
    ----------
    students : sequence of Student
        The graded ones.

    Returns
    -------
    lines : str
        The median and mean of the points, and the most frequent mistakes.
    """
    if not students:
        return "no students were graded"
    points, max_points = [student.points for student in students], students[0].max_points
    count = f"{len(students)} student{'s' * (len(students) != 1)}"
    full = sum(p >= max_points for p in points)
    lines = [
        f"{count}, out of {max_points:g} points: median {write_points(statistics.median(points))}, "
        f"mean {statistics.mean(points):.1f}, {full} with full marks"
    ]
    if frequent := common_mistakes(students)[:MOST_FREQUENT]:
        names = ", ".join(f"{name} in {task} ({count}×)" for task, name, count in frequent)
        lines.append(f"Most frequent mistakes: {names}")
    return "\n".join(lines)
