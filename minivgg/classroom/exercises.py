"""An exercise of a lesson: the right answer, computed when it is asked for, and hints that come one at a time."""

from dataclasses import dataclass, field

import numpy as np

from minivgg.classroom.answers import ANSWERS
from minivgg.classroom.verdict import Verdict
from minivgg.utils.suggest import nearest

TOLERANCE = 5e-6  # relative, where numbers are not whole: six digits, rounded


@dataclass
class Exercise:
    """name: such as "3.1", lesson and number. task: in one sentence. answer: a function without arguments that computes it.

    hints: sentences that teach without giving the answer, in the order in which they are shown. mistakes: {what someone would have
    answered: the sentence that helps}, computed like the answer.
    """

    name: str
    task: str
    answer: object
    hints: tuple
    mistakes: tuple = ()
    shown: int = field(default=0, compare=False)


EXERCISES = {entry["name"]: Exercise(**entry) for entry in ANSWERS}


def hint(name):
    """Print the next hint of an exercise; after the last one it begins again. Raises ``ValueError`` for an unknown name."""
    exercise = _find(name)
    number = exercise.shown % len(exercise.hints)
    exercise.shown += 1
    print(f"hint {number + 1} of {len(exercise.hints)}: {exercise.hints[number]}")


def _find(name):
    if name not in EXERCISES:
        raise ValueError(
            f"there is no exercise {name!r}: did you mean {nearest(name, EXERCISES)!r}?"
        )
    return EXERCISES[name]


def mark(answer, name):
    """The verdict on an answer to the exercise of that name.

    ``...`` means that there is no answer yet. Numbers, arrays, texts and sequences of them are compared; numbers that are not whole to
    six digits.
    """
    exercise = _find(name)
    if answer is ...:
        return Verdict(
            False,
            0.0,
            (),
            f"{name}: not answered yet. Replace the three dots; hint({name!r}) helps.",
        )
    if _same(answer, exercise.answer()):
        return Verdict(True, 1.0, (), f"{name}: right.")
    for identifier, mistaken, words in exercise.mistakes:
        if _same(answer, mistaken()):
            return Verdict(False, 0.0, (identifier,), f"{name}: not yet. {words}")
    problem = _form(answer, exercise.answer())
    return Verdict(False, 0.0, (), f"{name}: not yet{problem}. hint({name!r}) helps.")


def _same(answer, expected):
    """Whether two answers are the same: exactly for whole numbers and texts, to six digits for others."""
    try:
        a, b = np.asarray(answer), np.asarray(expected)
        if a.shape != b.shape:
            return False
        if b.dtype.kind in "fc":
            return a.dtype.kind in "fciu" and bool(
                np.allclose(a, b, rtol=0, atol=TOLERANCE * np.abs(b).max(initial=0))
            )
        return bool((a == b).all())
    except (TypeError, ValueError):
        return False


def _form(answer, expected):
    """What is said of an answer of another form than the right one."""
    try:
        a, b = np.asarray(answer), np.asarray(expected)
    except ValueError:
        return ": such a list has no shape"
    if a.shape != b.shape:
        return f": the answer is {_described(b)}, yours is {_described(a)}"
    if b.dtype.kind in "iuf" and a.dtype.kind not in "iuf":
        return ": the answer is a number" if not b.shape else ": the answer holds numbers"
    return ""


def _described(a):
    """In words, what an array holds as far as its shape tells."""
    if a.ndim > 1:
        return f"an array of shape {a.shape}"
    return f"{len(a)} values" if a.ndim else "one value"
