"""marks.csv: a row for each student, which an instructor opens, and edits, in a spreadsheet."""

from collections.abc import Sequence

from minivgg.classroom.grading.grades import Student
from minivgg.classroom.grading.marks_changes import NUMBER, POINTS, STUDENT
from minivgg.classroom.reports.page_parts import all_remarks, instructor_notes
from minivgg.classroom.reports.points import write_points
from minivgg.utils import tables
from minivgg.utils.printable_text import BYTE_ORDER_MARK

FIRST_COLUMNS = (STUDENT, NUMBER, "late", POINTS, "out of")  # before those of the tasks
LAST_COLUMNS = ("mistakes", "remarks", "notes for the instructor", "seconds")


def task_columns(students: Sequence[Student]) -> list[str]:
    """The names of the tasks, which are the headers of their columns.

    Parameters
    ----------
    students : sequence of Student
        The graded ones.

    Returns
    -------
    names : list of str
        In the order of the assignments.
    """
    return list(dict.fromkeys(grade.task.name for s in students for grade in s.tasks))


def marks_csv(students: Sequence[Student]) -> str:
    """The points of each student and function, with mistakes and remarks.

    Parameters
    ----------
    students : sequence of Student
        The graded ones.

    Returns
    -------
    table : str
        In CSV, with a byte order mark. No cell is a formula or contains a line break.
    """
    names = task_columns(students)
    rows = [_row(student, names) for student in students]
    return BYTE_ORDER_MARK + tables.csv((*FIRST_COLUMNS, *names, *LAST_COLUMNS), rows)


def _row(student: Student, names: Sequence[str]) -> list[str]:
    points = {grade.task.name: write_points(grade.points) for grade in student.tasks}
    mistakes = "; ".join(
        f"{grade.task.name}: {name}" for grade in student.tasks for name in grade.verdict.mistakes
    )
    return [
        student.name,
        student.number,
        "yes" if student.is_late else "",
        write_points(student.points),
        write_points(student.max_points),
        *(points.get(name, "") for name in names),
        mistakes,
        " ".join(all_remarks(student)),
        " ".join(instructor_notes(student)),
        f"{student.all_seconds:.1f}",
    ]
