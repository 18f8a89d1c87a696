"""Reference solutions of all tasks, so a later assignment does not depend on an earlier one.

``from minivgg.classroom.reference_solutions import im2col`` gives a function with the signature of
the task. A submission can import this module; all else that it may import of minivgg does nothing.
"""

from collections.abc import Callable
from functools import partial

from minivgg.classroom.bank import TASKS


def __getattr__(name: str) -> Callable[..., object]:
    if name not in TASKS:
        raise AttributeError(f"there is no task {name!r}: there are {', '.join(TASKS)}")
    return partial(TASKS[name].answer)


def __dir__() -> list[str]:
    return list(TASKS)
