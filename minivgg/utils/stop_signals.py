"""Signals that ask a program to end: they are handled as Ctrl-C is."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

NAMES = ("SIGTERM", "SIGHUP")  # from a scheduler, or when the terminal is closed


class StoppedBySignal(KeyboardInterrupt):
    """Raised where the program was when it was asked to end.

    Parameters
    ----------
    number : int
        Of the signal.
    text : str, optional
        For the user (default: which signal it was).
    """

    def __init__(self, number: int, text: str | None = None) -> None:
        super().__init__(text or f"stopped by {signal.Signals(number).name}")
        self.number = number

    @property
    def exit_status(self) -> int:
        """What a shell reports for a program that was ended by a signal."""
        return 128 + self.number


@contextmanager
def raising_on_stop_signals() -> Iterator[None]:
    """Raise ``StoppedBySignal`` in the main thread when the program is asked to end.

    Signals that are ignored, as under ``nohup``, stay ignored. Outside the main thread nothing is
    changed, because only that thread can handle signals.

    Yields
    ------
    None
        Afterwards the signals are handled as before.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise StoppedBySignal(number)

    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in NAMES:
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
