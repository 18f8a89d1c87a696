"""Internal errors while one submission is graded: they are noted, and the others are still graded.

The traceback goes to a file for whoever fixes the error. A student sees only its type.
"""

import threading
import traceback
from datetime import datetime
from pathlib import Path

from minivgg.classroom.isolation.child_process import NotStarted

MAX_CHARACTERS = 20_000  # of a traceback
MAX_BYTES = 10 * 2**20  # of the file

_lock = threading.Lock()


def note_error(error: Exception, about: str, path: Path | None) -> str:
    """Write the traceback of an error to a file.

    Parameters
    ----------
    error : Exception
        What was raised.
    about : str
        Of which submission and function.
    path : Path, optional
        The file; without it nothing is written.

    Returns
    -------
    sentence : str
        "could not be graded: …", a sentence without its subject.
    """
    if path is not None:
        when = datetime.now().isoformat(sep=" ", timespec="seconds")
        text = "".join(traceback.format_exception(error))[-MAX_CHARACTERS:]
        try:
            with _lock, path.open("a", encoding="utf-8", errors="replace") as file:
                if file.tell() < MAX_BYTES:
                    file.write(f"{when}  {about}\n{text}\n")
        except OSError:
            pass  # the disk is full: the remark is what matters
    if isinstance(error, NotStarted):
        return "could not be graded: the process did not start"
    return f"could not be graded: {type(error).__name__} in the grader"
