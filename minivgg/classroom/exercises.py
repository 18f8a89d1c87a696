"""Exercises of the lessons: the answer is computed when it is needed, and compared.

Most answers are numbers or texts. Some are functions: a short one is compared with the right
function on a few cases (``exercise_functions``), a longer one is a task of the bank.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minivgg.backend import Array
from minivgg.classroom.answers import ANSWERS
from minivgg.classroom.verdict import Verdict
from minivgg.utils.suggest import suggest

RELATIVE_TOLERANCE = 5e-6  # of numbers that are not integers: six digits, rounded


@dataclass(frozen=True)
class Exercise:
    """An exercise of a lesson.

    Parameters
    ----------
    name : str
        Lesson and number, such as "3.1".
    task : str
        The question.
    answer : function, optional
        Computes the right answer, which may be a function itself. None if the exercise is a task
        of the bank, or has a ``judge``.
    hints : tuple of str
        Three, from small to large help: what to look at, how it is computed, nearly the answer.
        Empty for a task of the bank, which has its own.
    mistakes : tuple of tuple
        (name, function that computes the wrong answer, sentence that helps) of each.
    cases : function, optional
        Computes the arguments of each call, if the answer is a function.
    bank_task : str
        The name of the task of the bank that checks the function; "" if it is none.
    judge : function, optional
        Returns what is wrong with an answer as a sentence, or "": for answers that are not equal to
        one right value, such as predictions that must be right often enough.
    worked : str
        The worked answer, in Markdown: how the right answer is found, step by step.
    """

    name: str
    task: str
    answer: Callable[[], object] | None = None
    hints: tuple[str, ...] = ()
    mistakes: tuple[tuple[str, Callable[[], object], str], ...] = ()
    cases: Callable[[], Sequence[tuple[object, ...]]] | None = None
    bank_task: str = ""
    judge: Callable[[object], str] | None = None
    worked: str = ""


EXERCISES = {entry["name"]: Exercise(**entry) for entry in ANSWERS}


def check_answer(answer: object, name: str) -> Verdict:
    """The verdict on an answer to an exercise.

    Parameters
    ----------
    answer : number, str, array or sequence of them
        Integers and texts must be equal to the right answer, other numbers to six digits; ``...``
        means that there is no answer yet.
    name : str
        Lesson and number, such as "3.1".

    Returns
    -------
    verdict : Verdict
        True if the answer is right. The message of a known mistake says what helps.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    exercise = find_exercise(name)
    if answer is ...:
        message = "not answered yet. Replace the three dots with your answer."
        return Verdict(False, 0.0, (), f"{name}: {message} hint({name!r}) gives a hint.")
    if exercise.judge is not None:
        wrong = exercise.judge(answer)
        message = f"{name}: not correct yet: {wrong} hint({name!r}) gives a hint."
        if wrong:
            return Verdict(False, 0.0, (), message)
        return Verdict(True, 1.0, (), f"{name}: correct.")
    assert exercise.answer is not None, "a task of the bank is checked as a function"
    if is_equal(answer, exercise.answer()):
        return Verdict(True, 1.0, (), f"{name}: correct.")
    for identifier, wrong_answer, help_text in exercise.mistakes:
        if is_equal(answer, wrong_answer()):
            return Verdict(False, 0.0, (identifier,), f"{name}: not correct yet. {help_text}")
    problem = _describe_form(answer, exercise.answer())
    message = f"{name}: not correct yet{problem}. hint({name!r}) gives a hint."
    return Verdict(False, 0.0, (), message)


def is_equal(answer: object, expected: object) -> bool:
    """Whether two answers are equal: integers and texts exactly, other numbers to six digits.

    Parameters
    ----------
    answer : object
        A student's.
    expected : number, str, array or sequence of them
        The right one.

    Returns
    -------
    bool
        False as well if they cannot be compared.
    """
    try:
        a, b = np.asarray(answer), np.asarray(expected)
        if a.shape != b.shape:
            return False
        if b.dtype.kind in "fc":
            atol = RELATIVE_TOLERANCE * np.abs(b).max(initial=0)
            return a.dtype.kind in "fciu" and bool(np.allclose(a, b, rtol=0, atol=atol))
        return bool(np.all(a == b))  # NumPy 2.0 compares a text and a number to a plain False
    except (TypeError, ValueError):
        return False


def _describe_form(answer: Any, expected: Any) -> str:
    """What is wrong with the form of an answer, or ""."""
    try:
        a, b = np.asarray(answer), np.asarray(expected)
    except ValueError:
        return ": the parts of your list have different lengths"
    if a.shape != b.shape:
        return f": the answer is {_describe_shape(b)}, yours is {_describe_shape(a)}"
    if b.dtype.kind in "iu" and a.dtype.kind == "f" and not np.all(a == np.round(a)):
        return ": " + ("use whole numbers" if b.shape else "the answer is a whole number")
    if b.dtype.kind in "iuf" and a.dtype.kind not in "iuf":
        return ": the answer is a number" if not b.shape else ": the answer consists of numbers"
    return ""


def _describe_shape(a: Array) -> str:
    if a.ndim > 1:
        return f"an array of shape {a.shape}"
    return f"{len(a)} values" if a.ndim else "one value"


def find_exercise(name: str) -> Exercise:
    """The exercise of a name.

    Parameters
    ----------
    name : str
        Lesson and number, such as "3.1".

    Returns
    -------
    Exercise
        With its question and answer.

    Raises
    ------
    ValueError
        For an unknown name.
    """
    if name not in EXERCISES:
        raise ValueError(
            f"there is no exercise {name!r}: did you mean {suggest(name, EXERCISES)!r}?"
        )
    return EXERCISES[name]
