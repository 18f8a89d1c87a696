"""Removing the folder of a child process, which may have left anything in it."""

import contextlib
import itertools
import os
import stat
from pathlib import Path


def remove_folder(folder: Path) -> None:
    """Remove a folder, also one with very deep folders or with folders that cannot be read.

    Folders in folders are first moved up, so that no path becomes too long and nothing is
    repeated for each level by recursion.

    Parameters
    ----------
    folder : path
        Nobody writes into it any more. What cannot be removed is left there.
    """
    numbers = itertools.count()
    prefix = f"moved-{os.getpid()}-"
    waiting = [str(folder)]
    with contextlib.suppress(OSError):
        while waiting:
            current = waiting.pop()
            os.chmod(current, stat.S_IRWXU)
            with os.scandir(current) as entries:
                found = list(entries)
            for entry in found:
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.path)
                elif current != str(folder):
                    moved = str(folder / f"{prefix}{next(numbers)}")
                    os.rename(entry.path, moved)
                    waiting.append(moved)
                else:
                    waiting.append(entry.path)
            if current != str(folder):
                os.rmdir(current)
        os.rmdir(folder)
