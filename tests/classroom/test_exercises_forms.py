"""When two answers are equal, and what is said about an answer of another form."""

import numpy as np
import pytest

from minivgg.classroom import exercises
from minivgg.classroom.exercises import (
    EXERCISES,
    Exercise,
    check_answer,
    find_exercise,
    is_equal,
)


@pytest.mark.parametrize(
    ("answer", "expected", "equal"),
    [
        (3, 3, True),
        (3.0, 3, True),
        (3.0000001, 3, False),
        ([1, 2], (1, 2), True),
        ([1, 2], [1, 3], False),
        ([1, 2], [[1, 2]], False),
        (2.0000099, 2.0, True),
        (2.000011, 2.0, False),
        (-2.0000099, -2.0, True),
        ([100, 1.0004], [100.0, 1.0], True),
        ([100, 1.0006], [100.0, 1.0], False),
        ([-100, 1.0004], [-100.0, 1.0], True),
        (2, 2.0, True),
        (np.uint8(2), 2.0, True),
        (True, 1.0, False),
        ("2.0", 2.0, False),
        (1 + 1j, 1 + 1j, True),
        (1 + 1j, 1 + 2j, False),
        (1 + 0j, 1.0, True),
        ([], np.zeros(0), True),
        ("a", "a", True),
        ("a", "b", False),
        ("a", 3, False),
        ([[1], [1, 2]], [1, 2], False),
        (None, 3, False),
    ],
)
def test_answers_that_are_equal(answer, expected, equal):
    assert is_equal(answer, expected) is equal


@pytest.mark.parametrize(
    ("answer", "expected", "words"),
    [
        ([1, 2], 3, ": the answer is one value, yours is 2 values"),
        (3, [1, 2, 3], ": the answer is 3 values, yours is one value"),
        ([[1, 2]], [1, 2], ": the answer is 2 values, yours is an array of shape (1, 2)"),
        ([1], [[1]], ": the answer is an array of shape (1, 1), yours is 1 values"),
        ([[1], [1, 2]], [1, 2], ": the parts of your list have different lengths"),
        (2.5, 3, ": the answer is a whole number"),
        ([1.0, 2.5], [1, 2], ": use whole numbers"),
        (2.5, np.uint8(3), ": the answer is a whole number"),
        (2.0, 3, ""),
        (2.5, 3.5, ""),
        ("3", 3, ": the answer is a number"),
        (["3"], [3.5], ": the answer consists of numbers"),
        ("3", np.uint8(3), ": the answer is a number"),
        (np.uint8(3), 4.0, ""),
        ("a", "b", ""),
        (3, "b", ""),
    ],
)
def test_what_is_said_about_the_form_of_an_answer(answer, expected, words):
    assert exercises._describe_form(answer, expected) == words


@pytest.fixture
def judged(monkeypatch):
    def judge(answer):
        return "" if answer == 4 else "it is not 4."

    exercise = Exercise("99.1", "?", judge=judge)
    monkeypatch.setitem(EXERCISES, "99.1", exercise)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (4, "99.1: correct."),
        (5, "99.1: not correct yet: it is not 4. hint('99.1') gives a hint."),
        (
            ...,
            "99.1: not answered yet. Replace the three dots with your answer. hint('99.1') gives "
            "a hint.",
        ),
    ],
)
def test_an_answer_may_be_judged(answer, message, judged):
    verdict = check_answer(answer, "99.1")
    assert (verdict.message, verdict.passed, verdict.score) == (message, answer == 4, answer == 4)
    assert verdict.mistakes == ()


def test_the_first_mistake_that_fits_is_named(monkeypatch):
    mistakes = (
        ("first", lambda: [1, 2], "One."),
        ("second", lambda: [1, 3], "Two."),
        ("third", lambda: [1, 3], "Three."),
    )
    monkeypatch.setitem(EXERCISES, "99.1", Exercise("99.1", "?", lambda: [1, 4], (), mistakes))
    verdict = check_answer((1, 3), "99.1")
    assert (verdict.message, verdict.score) == ("99.1: not correct yet. Two.", 0.0)
    assert verdict.mistakes == ("second",)
    assert check_answer([1, 4], "99.1").score == 1.0


def test_exercises_are_found_by_name():
    assert find_exercise("3.1") is EXERCISES["3.1"]
    with pytest.raises(ValueError, match=r"^there is no exercise '3\.11': did you mean '3\.1'\?$"):
        find_exercise("3.11")
