"""A class of 35 in the shapes of six platforms: each student is one row with the right file."""

import random
import shutil

import pytest
from support.platform_classes import PLATFORMS, build
from support.submissions import zipped

from minivgg.classroom.handins.choosing import choose_file
from minivgg.classroom.handins.collecting import find_submissions

FIRST = ["Ada", "Mary-Ann", "Kim", "Søren", "민수", "O'Neil", "Jean Luc"]
LAST = ["Byron", "Minsu", "García López", "van der Berg", "김"]
LATE, AGAIN, NO_CODE = 5, 11, 17  # which students are late, hand in twice, hand in a PDF only


def solution(student):
    return f"# of {student}\ndef softmax_cross_entropy(logits, labels):\n    return 1\n".encode()


def works_of_35():
    students = [f"{first} {last}" for first in FIRST for last in LAST]
    students[1] = f"{students[0]}#2"  # two students of one name
    random.Random(21).shuffle(students)
    names = ["loss.py", "Loss.PY", "loss.ipynb.txt", "homework.py", "loss.py.txt"]
    return {
        student: {names[k % len(names)]: solution(student)}
        if k != NO_CODE
        else {"report.pdf": b"%PDF"}
        for k, student in enumerate(students)
    }


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_each_of_35_students_is_one_row_with_the_right_file(platform, form, tmp_path):
    works = works_of_35()
    students = list(works)
    late, again = students[LATE], students[AGAIN]
    earlier = {again: {"loss.py": b"def softmax_cross_entropy(logits, labels):\n    return 2\n"}}
    place = tmp_path / "download"
    numbers = build(platform, place, works, [late], earlier)
    if form == "zip":
        shutil.make_archive(str(place), "zip", place)
        place = place.with_suffix(".zip")
    found = find_submissions(place, tmp_path / "scratch")

    assert len(found.submissions) == 35
    assert len({one.key for one in found.submissions}) == 35
    assert len({one.student for one in found.submissions}) == 35
    assert {one.platform for one in found.submissions} == {platform}
    by_number = {one.number or one.student: one for one in found.submissions}
    for k, student in enumerate(students):
        one = by_number[numbers[student]]
        assert one.is_late == (platform == "Canvas" and student == late)
        choice = choose_file(one, "loss")
        if k == NO_CODE:
            assert choice.path is None
            assert "only" in one.remarks[0]
            assert "report.pdf" in one.remarks[0]
        else:
            assert choice.path.read_bytes() == solution(student)
            assert one.remarks == []
    doubled = next(student for student in students if student.endswith("#2"))
    both = [by_number[numbers[student]] for student in (doubled, doubled.removesuffix("#2"))]
    if platform != "GitHub":  # there, user names are shown
        (name,) = {one.student.removesuffix(f" ({one.number})") for one in both}
        assert all(one.student == f"{name} ({one.number})" for one in both)


def test_an_empty_folder_of_a_platform_is_a_row(tmp_path):
    numbers = build("Moodle", tmp_path / "class", {"Ada Byron": {}, "Bo": {"loss.py": b"x = 1"}})
    ada, bo = find_submissions(tmp_path / "class", tmp_path / "scratch").submissions
    assert (ada.student, ada.number) == ("Ada Byron", numbers["Ada Byron"])
    assert ada.remarks == ["Nothing was handed in."]
    assert [file.name for file in bo.files] == ["loss.py"]


def test_students_whom_gradescope_lists_without_a_folder_are_rows(tmp_path):
    build("Gradescope", tmp_path / "class", {"Ada": {"loss.py": b"x = 1"}, "Bo": {}})
    shutil.rmtree(next((tmp_path / "class").glob("*/*501008")))
    found = find_submissions(tmp_path / "class", tmp_path / "scratch")
    assert {one.student: one.remarks for one in found.submissions} == {
        "Ada": [],
        "Bo": ["Nothing was handed in."],
    }


def test_a_group_of_gradescope_is_one_row_with_all_names(tmp_path):
    listing = "\n".join(
        [
            "submission_1:",
            "  :submitters:",
            '  - :name: "M\\u00FCller, Ada"',
            "    :sid: '100'",
            "  - :name: 'O''Neil'",
            "    :email: o@school.example",
            "  :created_at: 2024-09-20 10:11:12 Z",
            "  :history:",
            "  - :id: 3",
            "    :name: not a student",
        ]
    )
    place = zipped(
        tmp_path / "export.zip",
        {"a/submission_metadata.yml": listing, "a/submission_1/loss.py": "x = 1"},
    )
    (one,) = find_submissions(place, tmp_path / "scratch").submissions
    assert (one.student, one.number) == ("Müller, Ada, O'Neil", "100, o@school.example")
    assert one.key == "gradescope:100, o@school.example"
