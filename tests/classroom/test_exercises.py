"""Exercises: the computed answer is right, known mistakes are named, the lessons ask the same."""

from pathlib import Path

import numpy as np
import pytest

from minivgg.classroom import check
from minivgg.classroom.exercises import EXERCISES

LESSONS = Path(__file__).parents[2] / "lessons"

# computed by hand
RIGHT = {
    "0.1": 150_528,
    "0.2": 5,
    "0.3": 74,
    "1.1": (4, 9),
    "1.2": 9,
    "1.3": 16,
    "2.1": 9,
    "2.2": 9,
    "2.3": 3.01,
    "3.1": 9,
    "3.2": 67,
    "3.3": 5,
    "4.1": 110_592,
    "4.2": 102_764_544,
    "4.3": 5_309_696,
    "5.1": 2.30258509,
    "5.2": [-0.5, 0.5],
    "5.3": 3.75,
    "6.1": 0.75,
    "6.2": 0.4875,
    "6.3": 0.0416666667,
    "7.1": 16,
    "7.2": [64, 64, "M", 128, 128, "M"],
    "7.3": ["C", "D"],
    "8.1": 45,
    "8.2": 162,
    "8.3": 1_280_000,
    "9.1": 8,
    "9.2": 150,
    "9.3": 102_760_448,
    "10.1": (256, 384),
    "10.2": 151_589,
    "10.3": 0.0055655450,
    "11.1": 9,
    "11.2": 2.59374246,
    "11.3": 1e-10,
    "12.1": 8,
    "12.2": 64,
    "12.3": 10.0,
}


def test_every_exercise_has_an_answer_by_hand_that_is_right():
    assert set(RIGHT) == set(EXERCISES)
    for name, answer in RIGHT.items():
        assert check(answer, name, quiet=True)
        assert check(np.asarray(answer), name, quiet=True).score == 1


def test_six_digits_are_enough_and_five_are_not():
    assert check(2.30259, "5.1", quiet=True)
    assert not check(2.3026, "5.1", quiet=True)


@pytest.mark.parametrize(
    ("answer", "name", "words"),
    [
        (74.49, "0.3", "0.3: not correct yet: round it to a whole number. hint('0.3')"),
        ((4.5, 9), "1.1", "1.1: not correct yet: use whole numbers. hint('1.1')"),
        (73.0, "0.3", "0.3: not correct yet. hint('0.3')"),
    ],
)
def test_a_fraction_where_whole_numbers_are_asked_for_is_said_to_be_one(answer, name, words):
    assert check(answer, name, quiet=True).message.startswith(words)


def test_a_check_without_the_name_of_the_exercise_says_what_is_missing():
    with pytest.raises(ValueError, match=r'name of its exercise or task, as in check\(9, "3.1"\)'):
        check(9)


@pytest.mark.parametrize("name", EXERCISES)
def test_mistakes_are_wrong_and_named(name):
    for identifier, mistaken, words in EXERCISES[name].mistakes:
        verdict = check(mistaken(), name, quiet=True)
        assert not verdict
        assert verdict.mistakes == (identifier,)
        assert words in verdict.message


@pytest.mark.parametrize(
    "answer", [..., None, "nine", [1, 2, 3], {}, float("nan"), object(), [[1], [1, 2]]]
)
def test_any_other_answer_gets_one_sentence(answer):
    verdict = check(answer, "3.1", quiet=True)
    assert not verdict
    assert verdict.score == 0
    assert "\n" not in verdict.message


def test_verdicts_are_printed_and_an_unknown_name_gets_a_suggestion(capsys):
    check(9, "3.1")
    assert capsys.readouterr().out == "3.1: correct.\n"
    with pytest.raises(
        ValueError, match=r"there is no exercise or task '3\.11': did you mean '3\.1'"
    ):
        check(1, "3.11")


@pytest.mark.parametrize("name", EXERCISES)
def test_the_lesson_asks_the_question_of_the_exercise(name):
    lesson, _ = name.split(".")
    (path,) = LESSONS.glob(f"{int(lesson):02}_*.py")
    assert f"# {name}  {EXERCISES[name].task}\n" in path.read_text(encoding="utf-8")
