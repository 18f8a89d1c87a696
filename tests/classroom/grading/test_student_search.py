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


def one(student, key="", number="", entry=""):
    return Submission(student, key=key or student, number=number, entry=entry)


MIXED = [
    one("Ada", "k1", "2"),
    one("2", "k2", "7"),
    one("7", "k3", entry="Bo"),
    one("Bo (x.zip)", "k4", entry="x.zip"),
    one("STRASSE", "k5"),
    one("k1", "k6"),
]


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (" K1 ", 0),
        ("2", 0),
        ("7", 1),
        ("k3", 2),
        ("bo", 3),
        ("x.zip", 3),
        ("straße", 4),
        ("ada", 0),
    ],
)
def test_keys_come_before_numbers_before_names_before_entries(wanted, index):
    assert find_student(wanted, MIXED) == index


@pytest.mark.parametrize(("count", "word"), [(2, "two"), (3, "three"), (4, "4")])
def test_several_students_of_a_name_are_listed_with_what_tells_them_apart(count, word):
    several = [
        one("Kim (1)", "k1", "1", "e1"), one("Kim (e2)", "k2", "", "e2"), one("Kim", "k\x1b3"),
        one("Kim (4)", "k4", "4"),
    ]  # fmt: skip
    labels = ["Kim (1)", "Kim (e2)", "Kim (k?3)", "Kim (4)"]
    if count > 2:  # two of a whole name are found before those without numbers are compared
        several[2].student = "Kim (k)"
        several[2].entry = "k"
        labels[2] = "Kim (k)"
    with pytest.raises(ValueError, match="give the number") as refused:
        find_student("kim", several[:count])
    assert str(refused.value) == (
        f"{word} students have this name: {', '.join(labels[:count])}: give the number"
    )


def test_without_number_and_entry_the_key_tells_students_apart():
    with pytest.raises(ValueError, match=r": Kim \(a\?\), Kim \(b\): give the number$"):
        find_student("Kim", [one("Kim", "a\x1b"), one("Kim", "b")])


@pytest.mark.parametrize(
    ("wanted", "advice"),
    [("ada byro", ": did you mean 'A?da Byron'?"), ("xyz", ""), ("Ad", "")],
)
def test_a_similar_name_is_asked_for(wanted, advice):
    with pytest.raises(ValueError, match="there is no student") as refused:
        find_student(wanted, [one("Ben"), one("A\x1bda Byron")])
    assert str(refused.value) == f"there is no student {wanted!r}{advice}"
    with pytest.raises(ValueError, match=r"^there is no student ''$"):
        find_student("", [one("Ben")])
