"""The order of the course."""

import pytest

from minivgg.classroom import course
from minivgg.classroom.bank import ASSIGNMENTS


def test_lessons_with_a_letter_follow_those_without(monkeypatch):
    names = ["10.1", "2.2", "1b.1", "2.1", "1.1", "1c.2"]
    monkeypatch.setattr(course, "EXERCISES", dict.fromkeys(names))
    assert list(course.exercises_by_lesson().items()) == [
        ("1", ["1.1"]),
        ("1b", ["1b.1"]),
        ("1c", ["1c.2"]),
        ("2", ["2.2", "2.1"]),
        ("10", ["10.1"]),
    ]


def test_each_assignment_follows_the_last_lesson_that_it_needs():
    steps = course.steps()
    assert sorted(steps) == sorted([*course.exercises_by_lesson(), *ASSIGNMENTS])
    assert steps[steps.index("architecture") - 1] == "7"
    assert steps[steps.index("2") : steps.index("3")] == ["2", "convolution_backward", "pooling"]


@pytest.mark.parametrize(("lesson", "place"), [("3", (3, "3")), ("1b", (1, "1b"))])
def test_the_place_of_a_lesson(lesson, place):
    assert course._place(lesson) == place
