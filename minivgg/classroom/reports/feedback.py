"""A zip of the students' pages, which Moodle distributes as feedback files."""

import re
from collections.abc import Sequence

from minivgg.classroom.grading.grades import Student
from minivgg.classroom.reports.gradebooks import MOODLE, from_platform
from minivgg.classroom.reports.student_page import student_html
from minivgg.utils.printable_text import without_control_characters
from minivgg.utils.zips import zip_of

FEEDBACK_FILE = "moodle-feedback.zip"
PAGE = "feedback.html"
DOWNLOADED = re.compile(r"[^_/\\]+_\d+_assignsubmission_[a-z]+_?")  # a folder of the download


def moodle_feedback(students: Sequence[Student]) -> bytes:
    """The zip for "Upload multiple feedback files in a zip" of an assignment.

    Moodle finds a student by the name of the folder, NAME_NUMBER_assignsubmission_file: the names
    of the download are kept. NAME must not contain an underscore there, so it becomes a space.

    Parameters
    ----------
    students : sequence of Student
        The graded ones; those that come from elsewhere are left out.

    Returns
    -------
    zipped : bytes
        The same for the same pages.
    """
    return zip_of(
        {f"{_folder(s)}/{PAGE}": student_html(s) for s in from_platform(students, MOODLE)}
    )


def _folder(student: Student) -> str:
    """The name of the student's folder, as in the download."""
    entry = without_control_characters(student.entry)
    if DOWNLOADED.fullmatch(entry):
        return entry
    name = re.sub(r"[_/\\]", " ", without_control_characters(student.name))
    name = " ".join(name.split()).strip(".~ ")
    return f"{name or 'student'}_{student.number}_assignsubmission_file"
