"""Ctrl-C and signals to end, without breaking off in the middle of a training step."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from minivgg.utils import stop_signals


@dataclass
class Interrupt:
    """Whether the user or the system has asked to stop.

    Parameters
    ----------
    requested : bool
        True after the first Ctrl-C, or signal of ``stop_signals.NAMES``.
    number : int
        Of the signal.
    """

    requested: bool = False
    number: int = signal.SIGINT

    def exception(self, where: str) -> KeyboardInterrupt:
        """What to raise when the training has been saved.

        Parameters
        ----------
        where : str
            What has been done, such as "after epoch 3".

        Returns
        -------
        KeyboardInterrupt
            For a signal other than that of Ctrl-C, ``StoppedBySignal``, which knows the exit
            status.
        """
        if self.number == signal.SIGINT:
            return KeyboardInterrupt(f"interrupted {where}")
        name = signal.Signals(self.number).name
        return stop_signals.StoppedBySignal(self.number, f"stopped by {name} {where}")


@contextmanager
def deferred_stop_signals() -> Iterator[Interrupt]:
    """Within the block, the first signal only sets ``requested``; the second one stops at once.

    These are Ctrl-C and ``stop_signals.NAMES``; one that is ignored, as SIGHUP under ``nohup``,
    stays ignored. Only the main thread can handle signals: in other threads nothing changes.

    Yields
    ------
    Interrupt
        To be asked between two steps.
    """
    interrupt = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield interrupt
        return
    before: dict[int, Any] = {}

    def handler(number: int, frame: FrameType | None) -> None:
        interrupt.requested, interrupt.number = True, number
        for each, previous in before.items():
            signal.signal(each, previous)

    for name in ("SIGINT", *stop_signals.NAMES):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is None or (name != "SIGINT" and signal.getsignal(number) == signal.SIG_IGN):
            continue
        if signal.getsignal(number) is not None:  # not one of another program's, in C
            before[number] = signal.getsignal(number)
            signal.signal(number, handler)
    try:
        yield interrupt
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
