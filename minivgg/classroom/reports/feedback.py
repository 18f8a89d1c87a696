"""A zip of the students' pages, which Moodle hands out as feedback files."""

import io
import re
import zipfile
from collections.abc import Sequence

from minivgg.classroom.grading.grades import Student
from minivgg.classroom.reports.escaping import plain
from minivgg.classroom.reports.gradebooks import MOODLE, from_platform
from minivgg.classroom.reports.student_page import student_html

FEEDBACK_FILE = "moodle-feedback.zip"
PAGE = "feedback.html"
DATE = (1980, 1, 1, 0, 0, 0)  # the earliest of a zip: equal pages give equal files
DOWNLOADED = re.compile(r"[^_/\\]+_\d+_assignsubmission_[a-z]+_?")  # a folder of the download


def moodle_feedback(students: Sequence[Student]) -> bytes:
    """The zip for "Upload multiple feedback files in a zip" of an assignment.

    Moodle finds a student by the name of the folder, NAME_NUMBER_assignsubmission_file: the names
    of the download are kept. NAME must not hold an underscore there, so it becomes a space.

    Parameters
    ----------
    students : sequence of Student
        The graded ones; those that come from elsewhere are left out.

    Returns
    -------
    zipped : bytes
        The same for the same pages.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for student in from_platform(students, MOODLE):
            entry = zipfile.ZipInfo(f"{_folder(student)}/{PAGE}", DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same on Windows
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, student_html(student))
    return out.getvalue()


def _folder(student: Student) -> str:
    """The name of the student's folder, as in the download."""
    entry = plain(student.entry)
    if DOWNLOADED.fullmatch(entry):
        return entry
    name = " ".join(re.sub(r"[_/\\]", " ", plain(student.name)).split()).strip(".~ ")
    return f"{name or 'student'}_{student.number}_assignsubmission_file"
