"""Marks in the forms that Canvas' gradebook and Moodle's grading worksheet import."""

import html
from collections.abc import Sequence

from minivgg.classroom.grading.grades import Student
from minivgg.classroom.reports.page_parts import all_remarks
from minivgg.classroom.reports.points import (
    describe_change,
    describe_total,
    points_of_assignments,
    write_points,
)
from minivgg.utils import tables
from minivgg.utils.printable_text import (
    BYTE_ORDER_MARK,
    without_control_characters,
)

CANVAS, MOODLE = "Canvas", "Moodle"  # as in Student.platform
CANVAS_FILE, MOODLE_FILE = "canvas.csv", "moodle.csv"
CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE = "    Points Possible"  # with the spaces that Canvas writes
MOODLE_COLUMNS = (
    "Identifier",
    "Full name",
    "Grade",
    "Maximum Grade",
    "Last modified (grade)",
    "Feedback comments",
)
NEVER = "-"  # Moodle's mark for a grade that was never given


def from_platform(students: Sequence[Student], platform: str) -> list[Student]:
    """The students whose submissions come from a platform.

    Parameters
    ----------
    students : sequence of Student
        The graded ones.
    platform : {"Canvas", "Moodle"}
        Its name.

    Returns
    -------
    found : list of Student
        Those with a number, by which the platform knows them.
    """
    return [s for s in students if s.platform == platform and s.number]


def canvas_csv(students: Sequence[Student]) -> str:
    """The table that Canvas imports (Gradebook, Import).

    Canvas requires the first column to be "Student", the second "ID", and "Section" to end the
    columns about the student. It finds a student by "ID", which is the number in the names of the
    downloaded files, and an assignment by its title: a column whose title is not known makes a new
    assignment, with the points of the row "Points Possible". So rename the columns to the titles of
    the course before importing. The points are not multiplied by the weights of a scheme, since
    Canvas weights groups of assignments itself; a late submission and a total changed by hand
    change the points of all assignments in the same proportion.

    Parameters
    ----------
    students : sequence of Student
        The graded ones; those that come from elsewhere are left out.

    Returns
    -------
    table : str
        With a column of points for each assignment.
    """
    students = from_platform(students, CANVAS)
    out_of: dict[str, float] = {}
    for student in students:
        out_of |= {a.name: sum(grade.out_of for grade in a.tasks) for a in student.assignments}
    blank = [""] * (len(CANVAS_COLUMNS) - 1)
    rows = [[POINTS_POSSIBLE, *blank, *map(write_points, out_of.values())]]
    for student in students:
        points = {name: write_points(p) for name, p in points_of_assignments(student).items()}
        about = [student.name, student.number, "", "", ""]
        rows.append([*about, *(points.get(name, "") for name in out_of)])
    return BYTE_ORDER_MARK + tables.csv((*CANVAS_COLUMNS, *out_of), rows)


def moodle_csv(students: Sequence[Student]) -> str:
    """The worksheet that Moodle imports (in the assignment: Upload grading worksheet).

    Moodle finds a student by "Identifier", which is "Participant" with the number in the names of
    the downloaded folders, and reads "Grade", "Last modified (grade)" and "Feedback comments"; in a
    course in another language, headers and identifiers differ: see ``moodle_worksheet``. It refuses
    points beyond the maximum grade of the assignment, and does not replace later grades unless that
    is ticked. The grade is the total, since a worksheet belongs to one assignment of Moodle's.

    Parameters
    ----------
    students : sequence of Student
        The graded ones; those that come from elsewhere are left out.

    Returns
    -------
    table : str
        With a row for each student.
    """
    rows = [
        (
            f"Participant {student.number}",
            student.name,
            write_points(student.points),
            write_points(student.max_points),
            NEVER,
            comment(student),
        )
        for student in from_platform(students, MOODLE)
    ]
    return BYTE_ORDER_MARK + tables.csv(MOODLE_COLUMNS, rows)


def comment(student: Student) -> str:
    """What Moodle shows a student beside the grade.

    Parameters
    ----------
    student : Student
        A graded one.

    Returns
    -------
    text : str
        As HTML: the points of each function, what the instructor changed, and the remarks.
    """
    points = ", ".join(
        f"{grade.task.name} {write_points(grade.points)} of {write_points(grade.out_of)}"
        + (f" ({change[2:]})" if (change := describe_change(grade)) else "")
        for grade in student.tasks
    )
    change = describe_change(student)
    total = [f"Total: {describe_total(student).rstrip('.')}."] if change else []
    sentences = [f"{points}.", *total, *all_remarks(student)]
    text = " ".join(without_control_characters(" ".join(sentences)).split())
    return html.escape(text, quote=False)
