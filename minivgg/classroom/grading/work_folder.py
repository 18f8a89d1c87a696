"""The working folder of a grading, OUT/.grading: a lock, and scratch that is always removed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from minivgg.classroom.isolation.removing import remove_folder
from minivgg.utils.files import make_folder

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


NAME = ".grading"
LOCK = "lock"
SCRATCH = "scratch-"  # with the number of the process
ERRORS = "errors.txt"


@contextmanager
def locked(work: Path) -> Iterator[Path]:
    """Use the folder alone, with a folder for scratch that is removed at the end.

    What a killed grading left behind is removed, too.

    Parameters
    ----------
    work : Path
        The folder, which is created.

    Yields
    ------
    scratch : Path
        An empty folder.

    Raises
    ------
    BlockingIOError
        If another grading uses the folder.
    OSError
        If it cannot be created.
    """
    work = work.resolve()  # a child process has another current folder
    made = [folder for folder in (work, *work.parents) if not folder.exists()]
    make_folder(work)
    with (work / LOCK).open("a+", encoding="utf-8") as file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            raise BlockingIOError(
                f"another grading is writing to {work.parent}: wait until it has ended, or choose "
                "another folder with --out"
            ) from None
        except OSError:
            pass  # a network's file system without locks
        for left in work.glob(f"{SCRATCH}*"):
            remove_folder(left)
        scratch = work / f"{SCRATCH}{os.getpid()}"
        scratch.mkdir(mode=0o700)
        try:
            yield scratch
        finally:
            remove_folder(scratch)
            if {path.name for path in work.iterdir()} == {LOCK} and made:
                (work / LOCK).unlink()  # nothing was graded: leave no empty folders
                for folder in made:
                    with suppress(OSError):  # not empty
                        folder.rmdir()
