"""Ctrl-C without breaking off in the middle of a training step."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Interrupt:
    """Whether the user has asked to stop.

    Parameters
    ----------
    requested : bool
        True after the first Ctrl-C.
    """

    requested: bool = False


@contextmanager
def deferred_sigint() -> Iterator[Interrupt]:
    """Within the block, the first Ctrl-C only sets ``requested``; the second one stops at once.

    Only the main thread can handle signals: in other threads nothing changes.

    Yields
    ------
    Interrupt
        To be asked between two steps.
    """
    interrupt = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield interrupt
        return
    previous = signal.getsignal(signal.SIGINT)

    def handler(number: int, frame: FrameType | None) -> None:
        interrupt.requested = True
        signal.signal(signal.SIGINT, previous)

    signal.signal(signal.SIGINT, handler)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, previous)
