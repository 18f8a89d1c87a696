"""Ctrl-C while the program is still being imported: one word instead of a traceback."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType


def end_on_ctrl_c() -> None:
    """End this process at once on Ctrl-C, unless it was started with Ctrl-C ignored."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def raise_on_ctrl_c() -> None:
    """Raise ``KeyboardInterrupt`` on Ctrl-C again: from here on it is handled."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def is_program() -> bool:
    """Whether this is ``minivgg`` or ``python -m minivgg``, and not another that imports it.

    Returns
    -------
    bool
        True only as long as the package is being imported.
    """
    started = sys.argv[0] if sys.argv else ""  # no arguments where Python is embedded
    if started != "-m":  # which it is until the module is found
        return Path(started).stem == "minivgg"
    return bool({"minivgg", "-mminivgg"} & set(sys.orig_argv))


def _end(number: int, frame: FrameType | None) -> None:
    sys.stderr.write("\ninterrupted\n")
    sys.stderr.flush()
    os._exit(130)
