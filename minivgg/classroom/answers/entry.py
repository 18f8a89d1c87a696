"""The form of an exercise in this package: the arguments of ``exercises.Exercise``."""

from collections.abc import Callable
from typing import NotRequired, TypedDict


class Entry(TypedDict):
    """An exercise of a lesson as data, see ``exercises.Exercise``."""

    name: str
    task: str
    answer: Callable[[], object]
    hints: tuple[str, str, str]
    mistakes: NotRequired[tuple[tuple[str, Callable[[], object], str], ...]]
