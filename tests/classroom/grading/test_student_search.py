"""One student of a class is found by name or number, and what is unclear is told."""

import re

import pytest

from minivgg.classroom.grading.student_search import find_student
from minivgg.classroom.handins.submission import Submission

CLASS = [
    Submission("Ada Byron", key="moodle:1001", number="1001", platform="Moodle"),
    Submission("Kim Minsu (1043)", key="moodle:1043", number="1043", platform="Moodle"),
    Submission("Kim Minsu (1197)", key="moodle:1197", number="1197", platform="Moodle"),
]


@pytest.mark.parametrize(
    ("wanted", "index"), [("ada BYRON", 0), ("1043", 1), ("kim minsu (1197)", 2)]
)
def test_a_student_is_found(wanted, index):
    assert find_student(wanted, CLASS) == index


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (
            "Kim Minsu",
            "two students have this name: Kim Minsu (1043), Kim Minsu (1197): give the number",
        ),
        ("Ada Biron", "there is no student 'Ada Biron': did you mean 'Ada Byron'?"),
        ("9999", "there is no student '9999'"),
    ],
)
def test_what_is_unclear_is_told(wanted, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        find_student(wanted, CLASS)
