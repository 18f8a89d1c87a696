"""Exercises: the computed answer is right, known mistakes are named, the lessons ask the same."""

import re
import runpy
import warnings
from pathlib import Path

import numpy as np
import pytest

from minivgg.classroom import check, solution
from minivgg.classroom.exercises import EXERCISES
from minivgg.classroom.student_files import lesson_label

LESSONS = Path(__file__).parents[2] / "lessons"

BY_HAND = Path(__file__).parent / "answers_by_hand"
RIGHT = {
    name: answer
    for path in sorted(BY_HAND.glob("lesson_*.py"))
    for name, answer in runpy.run_path(str(path))["RIGHT"].items()
}
VALUES = [name for name, answer in RIGHT.items() if not callable(answer)]
FUNCTIONS = [name for name, exercise in EXERCISES.items() if exercise.cases]


def test_every_exercise_has_an_answer_by_hand_that_is_right():
    assert set(RIGHT) == set(EXERCISES)
    for name, answer in RIGHT.items():
        verdict = check(answer, name, quiet=True)
        assert verdict, verdict.message
        assert verdict.message.startswith(f"{name}: correct.")


@pytest.mark.parametrize("name", VALUES)
def test_an_answer_may_be_an_array(name):
    assert check(np.asarray(RIGHT[name]), name, quiet=True).score == 1


@pytest.mark.parametrize("name", [name for name in RIGHT if name not in VALUES])
def test_a_function_without_a_body_is_not_answered_yet(name):
    def empty(x): ...

    def documented(x):
        """What it should do."""

    for function in (..., empty, documented):
        message = check(function, name, quiet=True).message
        assert message.startswith(f"{name}: not answered yet. Write the body of the function")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_short_function_is_shown_the_first_case_that_is_wrong(name):
    def wrong(*arguments):
        return "never"

    def fails(*arguments):
        raise KeyError("no such thing")

    def forgets(*arguments):
        sum([1, 2])

    assert "wrong(" in check(wrong, name, quiet=True).message
    assert f"hint({name!r}) gives a hint." in check(wrong, name, quiet=True).message
    assert "ends with KeyError: 'no such thing'" in check(fails, name, quiet=True).message
    assert "Is a return statement missing?" in check(forgets, name, quiet=True).message
    assert "the answer is a function" in check(3, name, quiet=True).message


def test_six_digits_are_enough_and_five_are_not():
    assert check(2.30259, "5.1", quiet=True)
    assert not check(2.3026, "5.1", quiet=True)


@pytest.mark.parametrize(
    ("answer", "name", "words"),
    [
        (74.49, "0.2", "0.2: not correct yet: the answer is a whole number. hint('0.2')"),
        ((4.5, 9), "1.1", "1.1: not correct yet: use whole numbers. hint('1.1')"),
        (73.0, "0.2", "0.2: not correct yet. hint('0.2')"),
        ("73", "0.2", "0.2: not correct yet: the answer is a number. hint('0.2')"),
        (("3", "9"), "1.1", "1.1: not correct yet: the answer consists of numbers. hint('1.1')"),
        (2.5, "5.1", "5.1: not correct yet. hint('5.1')"),
        ("2.5", "5.1", "5.1: not correct yet: the answer is a number. hint('5.1')"),
    ],
)
def test_an_answer_of_another_form_is_told_the_form(answer, name, words):
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
    (path,) = (p for p in LESSONS.glob("*.py") if lesson_label(p.name) == name.partition(".")[0])
    text = " ".join(re.sub(r"\n# ", " ", path.read_text(encoding="utf-8")).split())
    task = " ".join(EXERCISES[name].task.split())
    assert re.search(rf"(\*\*{name}\*\*|{name}) {re.escape(task)}", text)


@pytest.mark.parametrize("name", EXERCISES)
def test_worked_answers_reason_and_can_be_shown(name, capsys):
    solution(name)
    shown = capsys.readouterr().out
    if EXERCISES[name].worked:
        assert shown == EXERCISES[name].worked + "\n"
        assert len(shown.split()) >= 15
    else:
        assert shown == f"There is no worked answer to {name}.\n"


def test_warnings_of_an_exercises_function_are_no_errors():
    """Here warnings are errors, as they may be in a student's notebook."""

    def warns(*arguments):
        warnings.warn("careful", stacklevel=1)
        return np.log(np.zeros(1)) + 1

    message = check(warns, FUNCTIONS[0], quiet=True).message
    assert "ends with" not in message
    assert "not correct yet" in message


def test_the_answer_to_an_unknown_exercise_gets_a_suggestion():
    with pytest.raises(ValueError, match=r"there is no exercise '3.11': did you mean '3.1'\?"):
        solution("3.11")
