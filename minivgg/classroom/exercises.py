"""Exercises of the lessons: the answer is computed when it is needed, hints come one at a time."""

from dataclasses import dataclass, field

import numpy as np

from minivgg.classroom.answers import ANSWERS
from minivgg.classroom.verdict import Verdict
from minivgg.utils.suggest import suggest

RELATIVE_TOLERANCE = 5e-6  # of numbers that are not integers: six digits, rounded


@dataclass
class Exercise:
    """An exercise of a lesson.

    name: lesson and number, such as "3.1". task: the question. answer: a function that computes the
    right answer. hints: sentences that help without giving the answer, in the order in which they
    are shown. mistakes: (name, function that computes the wrong answer, sentence that helps).
    """

    name: str
    task: str
    answer: object
    hints: tuple
    mistakes: tuple = ()
    hints_shown: int = field(default=0, compare=False)


EXERCISES = {entry["name"]: Exercise(**entry) for entry in ANSWERS}


def hint(name):
    """Print the next hint of an exercise; after the last one, the first again.

    Raises ``ValueError`` for an unknown name.
    """
    exercise = _find(name)
    number = exercise.hints_shown % len(exercise.hints)
    exercise.hints_shown += 1
    print(f"hint {number + 1} of {len(exercise.hints)}: {exercise.hints[number]}")


def _find(name):
    if name not in EXERCISES:
        raise ValueError(
            f"there is no exercise {name!r}: did you mean {suggest(name, EXERCISES)!r}?"
        )
    return EXERCISES[name]


def check_answer(answer, name):
    """The verdict on an answer to the exercise ``name``; ``...`` means that there is no answer yet.

    An answer is a number, a text, an array or a sequence of them. Integers and texts must be equal
    to the right answer, other numbers to six digits.
    """
    exercise = _find(name)
    if answer is ...:
        message = "not answered yet. Replace the three dots by your answer."
        return Verdict(False, 0.0, (), f"{name}: {message} hint({name!r}) gives a hint.")
    if _is_equal(answer, exercise.answer()):
        return Verdict(True, 1.0, (), f"{name}: correct.")
    for identifier, wrong_answer, help_text in exercise.mistakes:
        if _is_equal(answer, wrong_answer()):
            return Verdict(False, 0.0, (identifier,), f"{name}: not correct yet. {help_text}")
    problem = _describe_form(answer, exercise.answer())
    message = f"{name}: not correct yet{problem}. hint({name!r}) gives a hint."
    return Verdict(False, 0.0, (), message)


def _is_equal(answer, expected):
    """Whether two answers are equal: integers and texts exactly, other numbers to six digits."""
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


def _describe_form(answer, expected):
    """What is wrong with the form of an answer, or ""."""
    try:
        a, b = np.asarray(answer), np.asarray(expected)
    except ValueError:
        return ": the parts of your list have different lengths"
    if a.shape != b.shape:
        return f": the answer is {_describe_shape(b)}, yours is {_describe_shape(a)}"
    if b.dtype.kind in "iuf" and a.dtype.kind not in "iuf":
        return ": the answer is a number" if not b.shape else ": the answer consists of numbers"
    return ""


def _describe_shape(a):
    if a.ndim > 1:
        return f"an array of shape {a.shape}"
    return f"{len(a)} values" if a.ndim else "one value"
