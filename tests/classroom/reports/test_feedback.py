"""The folders of the zip that Moodle distributes, by which it finds the students."""

import io
import zipfile

import pytest
from support.grades import graded_student

from minivgg.classroom.reports.feedback import moodle_feedback
from minivgg.classroom.reports.student_page import student_html

END = "_7_assignsubmission_file"


@pytest.mark.parametrize(
    ("name", "entry", "folder"),
    [
        ("Ada", "Ada B" + END, "Ada B" + END),
        ("Ada", "Ada B_8_assignsubmission_onlinetext_", "Ada B_8_assignsubmission_onlinetext_"),
        ("Ada", "Ada\x1b" + END, "Ada" + END),
        ("Ada", "A_B" + END, "Ada" + END),
        ("Ada", "Ada.zip", "Ada" + END),
        ("  A_b/c\\d\n e. ", "", "A b c d e" + END),
        (".~ ", "", "student" + END),
        ("~.Ada~", "", "Ada" + END),
        ("A\u202eda", "", "Ada" + END),
    ],
)
def test_a_folder_is_named_as_in_the_download(name, entry, folder):
    student = graded_student(name, number="7", platform="Moodle", entry=entry)
    with zipfile.ZipFile(io.BytesIO(moodle_feedback([student]))) as archive:
        assert archive.namelist() == [f"{folder}/feedback.html"]
        assert archive.read(f"{folder}/feedback.html").decode() == student_html(student)
