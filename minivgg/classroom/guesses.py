"""``guess``: a prediction is written down before the answer is known, and shown beside it.

The guesses are in a file beside the notebook. They are sent nowhere.
"""

import json
from pathlib import Path

import numpy as np

from minivgg.utils.files import JsonObject, read_json, write_text
from minivgg.utils.printable_text import without_control_characters

FILE = "guesses.json"  # in the folder of the notebook, which is the kernel's
MAX_LENGTH = 200  # characters of a guess


def guess(lesson: str, value: object = None) -> None:
    """Write down a guess, or show it again.

    Parameters
    ----------
    lesson : str
        The number of the lesson, such as "3", or of another question.
    value : number, text, or list of them, optional
        The guess, which replaces an earlier one; ``...`` is none yet. Without a value, the guess
        that was written down is shown.

    Raises
    ------
    TypeError
        If the value is nothing that can be written down.

    Examples
    --------
    >>> guess("3", ...)
    Replace the three dots with your guess: it is written down, and shown again at the answer.
    """
    if not isinstance(lesson, str):
        kind = type(lesson).__name__
        raise TypeError(f"guess takes the number of the lesson in quotation marks, got {kind}")
    if value is ...:
        print(
            "Replace the three dots with your guess: it is written down, and shown again at the "
            "answer."
        )
    elif value is None:
        guesses = _saved()
        print(f"Your guess: {_shown(guesses[lesson])}" if lesson in guesses else "No guess yet.")
    else:
        _write_down(lesson, _plain(value))


def _write_down(lesson: str, value: object) -> None:
    guesses = _saved() | {lesson: value}
    try:
        write_text(FILE, json.dumps(guesses, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        print(f"Your guess could not be written to {FILE} ({error}): note it on paper.")
    else:
        print(f"Written down: {_shown(value)}")


def _plain(value: object) -> object:
    """A guess as JSON can hold it."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    try:
        text = json.dumps(value)
    except (TypeError, ValueError):
        kind = type(value).__name__
        raise TypeError(f"a guess is a number, a text, or a list of them, got {kind}") from None
    return value if len(text) <= MAX_LENGTH else text[:MAX_LENGTH]


def _saved() -> JsonObject:
    """{lesson: guess}; none if the file is not there or damaged."""
    try:
        return dict(read_json(Path(FILE)))
    except (OSError, ValueError, TypeError):
        return {}


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return without_control_characters(text[:MAX_LENGTH])
