"""Reference solutions of all tasks, so a later assignment does not depend on an earlier one.

``from minivgg.classroom.reference_solutions import im2col`` gives a function with the signature of
the task. A submission can import those of other assignments, and call those of earlier ones; all
else that it may import of minivgg does nothing.
"""

from collections.abc import Callable
from functools import partial

from minivgg.classroom.bank import TASKS


class Reference(partial[object]):
    """A reference solution, which ``check`` can tell from a student's function."""


def __getattr__(name: str) -> Callable[..., object]:
    if name not in TASKS:
        raise AttributeError(f"there is no task {name!r}: there are {', '.join(TASKS)}")
    return Reference(TASKS[name].answer)


def __dir__() -> list[str]:
    return list(TASKS)
