"""Removing a folder in which a submission may have left anything."""

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
    if folder.is_symlink():
        return
    numbers = itertools.count()
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        with contextlib.suppress(OSError):
            current.chmod(stat.S_IRWXU)
            with os.scandir(current) as entries:
                found = [
                    (Path(entry.path), entry.is_dir(follow_symlinks=False)) for entry in entries
                ]
            for path, is_folder in found:
                if not is_folder:
                    path.unlink()
                elif current == folder:
                    waiting.append(path)
                else:
                    path.chmod(stat.S_IRWXU)
                    waiting.append(path.rename(_free_name(folder, numbers)))
            if current != folder:
                current.rmdir()
    with contextlib.suppress(OSError):
        folder.rmdir()


def _free_name(folder: Path, numbers: "itertools.count[int]") -> Path:
    """A path in a folder where nothing is."""
    while os.path.lexists(path := folder / f"moved-{next(numbers)}"):
        pass
    return path
