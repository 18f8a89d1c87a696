"""The form of an exercise in this package: the arguments of ``exercises.Exercise``."""

from collections.abc import Callable, Sequence
from typing import NotRequired, TypedDict


class Entry(TypedDict):
    """An exercise of a lesson as data, see ``exercises.Exercise``."""

    name: str
    task: str
    answer: NotRequired[Callable[[], object]]
    hints: NotRequired[tuple[str, str, str]]
    mistakes: NotRequired[tuple[tuple[str, Callable[[], object], str], ...]]
    cases: NotRequired[Callable[[], Sequence[tuple[object, ...]]]]
    bank_task: NotRequired[str]
    judge: NotRequired[Callable[[object], str]]
    worked: NotRequired[str]
