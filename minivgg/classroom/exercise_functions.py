"""Exercises whose answer is a short function: it is compared with the right one on a few cases.

Longer functions are tasks of the bank, which finds out more about a mistake.
"""

import copy
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minivgg.classroom.exercises import Exercise, is_equal
from minivgg.classroom.verdict import Verdict


def _empty() -> None: ...


def _documented() -> None:
    """An empty function whose docstring comes before its value."""


EMPTY = {function.__code__.co_code for function in (_empty, _documented)}
MAX_SHOWN = 12  # numbers of an array that is written out
MAX_TEXT = 80  # characters of another value


def check_exercise_function(function: object, exercise: Exercise) -> Verdict:
    """The verdict on a function that answers an exercise.

    Parameters
    ----------
    function : function
        A student's; it is called in this process.
    exercise : Exercise
        One with ``cases``.

    Returns
    -------
    verdict : Verdict
        True if the function returns the right value in every case. The message of a known mistake
        says what helps; otherwise it shows the first case that is wrong.
    """
    name = exercise.name
    if is_unwritten(function):
        message = "not answered yet. Write the body of the function in place of the three dots."
        return _wrong(name, message)
    if not callable(function):
        kind = type(function).__name__
        message = f'not correct yet: the answer is a function, as in check(f, "{name}"), got {kind}'
        return _wrong(name, f"{message}.")
    assert exercise.answer is not None, "an exercise with cases has a function as its answer"
    assert exercise.cases is not None, "see above"
    right: Any = exercise.answer()
    cases = exercise.cases()
    expected = [right(*copy.deepcopy(case)) for case in cases]
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = [function(*copy.deepcopy(case)) for case in cases]
    except Exception as error:
        return _wrong(name, f"not correct yet: your function ends with {_sentence(error)}")
    if all(value is None for value in values):
        message = "your function returns None in every case. Is a return statement missing?"
        return _wrong(name, f"not correct yet: {message}")
    wrong = [k for k, value in enumerate(values) if not is_equal(value, expected[k])]
    if not wrong:
        return Verdict(True, 1.0, (), f"{name}: correct.")
    for identifier, mistake, help_text in exercise.mistakes:
        mistaken: Any = mistake()
        if _gives(mistaken, cases, values):
            return Verdict(False, 0.0, (identifier,), f"{name}: not correct yet. {help_text}")
    first = wrong[0]
    call = f"{_name_of(function)}({', '.join(map(_shown, cases[first]))})"
    return _wrong(
        name,
        f"not correct yet: {call} should be {_shown(expected[first])}, and yours is "
        f"{_shown(values[first])}. hint({name!r}) gives a hint.",
    )


def is_unwritten(function: object) -> bool:
    """Whether a function is still the three dots of the exercise.

    Parameters
    ----------
    function : object
        A student's answer.

    Returns
    -------
    bool
        True for ``...`` itself, and for a function whose body is only that.
    """
    code = getattr(function, "__code__", None)
    if code is None:
        return function is ...
    # a function that returns a constant has the same code, and that constant as its last
    return code.co_code in EMPTY and code.co_consts[-1] is None


def _wrong(name: str, message: str) -> Verdict:
    return Verdict(False, 0.0, (), f"{name}: {message}")


def _gives(
    function: Callable[..., object], cases: Sequence[tuple[object, ...]], values: Sequence[object]
) -> bool:
    """Whether a function returns these values."""
    pairs = zip(cases, values, strict=True)
    return all(is_equal(value, function(*copy.deepcopy(case))) for case, value in pairs)


def _sentence(error: Exception) -> str:
    text = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else f"{type(error).__name__}."


def _name_of(function: Callable[..., object]) -> str:
    name = getattr(function, "__name__", "")
    return name if name.isidentifier() else "your function"


def _shown(value: object) -> str:
    """A value as text; a large array by its shape."""
    if isinstance(value, np.ndarray) and value.size > MAX_SHOWN:
        return f"an array of shape {value.shape}"
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, float):
        return f"{value:.6g}"
    text = repr(value)
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"
