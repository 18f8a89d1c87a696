"""A limit on the time that a diagnosis takes, so that odd results do not delay the grading.

The time is that of the thread, so the diagnosis is the same on a busy machine.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SECONDS = 5.0  # for the results of one function

_end: ContextVar[float] = ContextVar("end of the diagnosis", default=float("inf"))


class OutOfTime(Exception):
    """The diagnosis takes too long, and is left out."""


@contextmanager
def time_budget(seconds: float = SECONDS) -> Iterator[None]:
    """Limit the time of the diagnosis inside.

    Parameters
    ----------
    seconds : float
        From now on.

    Yields
    ------
    nothing : None
        The block may ask ``check_time``.
    """
    token = _end.set(time.thread_time() + seconds)
    try:
        yield
    finally:
        _end.reset(token)


def check_time() -> None:
    """Do nothing, between two steps of a diagnosis, while there is time.

    Raises
    ------
    OutOfTime
        If the time is over.
    """
    if time.thread_time() > _end.get():
        raise OutOfTime
