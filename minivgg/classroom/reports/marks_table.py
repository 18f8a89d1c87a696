"""marks.csv: a row for each student."""

from collections.abc import Sequence

from minivgg.classroom.grading.grades import Student
from minivgg.classroom.reports.page_parts import remarks
from minivgg.utils import tables


def marks_csv(students: Sequence[Student]) -> str:
    """A row for each student: points, out of how many, points of each task, mistakes, remarks.

    Parameters
    ----------
    students : sequence of Student
        The graded ones.

    Returns
    -------
    table : str
        In CSV, for a spreadsheet.
    """
    tasks = [grade.task.name for grade in students[0].tasks] if students else []
    headers = ("student", "points", "out of", *tasks, "mistakes", "remarks")
    rows = []
    for student in students:
        mistakes = "; ".join(
            f"{grade.task.name}: {name}"
            for grade in student.tasks
            for name in grade.verdict.mistakes
        )
        rows.append(
            (
                _spreadsheet_cell(student.name),
                f"{student.points:g}",
                f"{student.max_points:g}",
                *(f"{grade.points:g}" for grade in student.tasks),
                mistakes,
                _spreadsheet_cell(" ".join(remarks(student))),
            )
        )
    return tables.csv(headers, rows)


def _spreadsheet_cell(text: str) -> str:
    """Text that a spreadsheet does not read as a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
