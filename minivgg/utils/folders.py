"""What is in a folder and in all folders below it; links are followed, but not in circles."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from minivgg.utils.files import StrPath

# written by macOS, Python, Synology, Windows and Linux; in lower case
SYSTEM_FOLDERS = (
    "__macosx", "__pycache__", "@eadir", "$recycle.bin", "system volume information", "lost+found"
)  # fmt: skip


@dataclass
class Contents:
    """What is below a folder, without what is hidden. All paths are relative to it.

    Parameters
    ----------
    files : dict
        {path of a file: its size in bytes}.
    folders : list of PurePosixPath
        Folders, those that are reached by links too.
    broken : list of PurePosixPath
        Links to what is not there.
    circular : list of PurePosixPath
        Links to a folder that they are in, which are not followed.
    unreadable : list of PurePosixPath
        Folders that may not be read.
    """

    files: dict[PurePosixPath, int] = field(default_factory=dict)
    folders: list[PurePosixPath] = field(default_factory=list)
    broken: list[PurePosixPath] = field(default_factory=list)
    circular: list[PurePosixPath] = field(default_factory=list)
    unreadable: list[PurePosixPath] = field(default_factory=list)


def is_hidden(name: str) -> bool:
    """Whether a file or folder is one that people do not see or make.

    Parameters
    ----------
    name : str
        Of the file or folder, without the folders above it.

    Returns
    -------
    is_hidden : bool
        True for names that begin with a dot, and for the folders of systems.

    Examples
    --------
    >>> is_hidden(".DS_Store"), is_hidden("__MACOSX"), is_hidden("__background__")
    (True, True, False)
    """
    return name.startswith(".") or name.lower() in SYSTEM_FOLDERS


def contents(folder: StrPath) -> Contents:
    """All visible files and folders below a folder.

    Parameters
    ----------
    folder : path
        Links to files and folders in it are followed, unless they lead to a folder above them.

    Returns
    -------
    contents : Contents
        In no particular order.
    """
    found = Contents()
    root = Path(folder)
    try:
        above = (_identity(root.stat()),)
    except OSError:
        return found
    _search(root, PurePosixPath(), above, found)
    return found


def _search(
    folder: Path, relative: PurePosixPath, above: tuple[tuple[int, int], ...], found: Contents
) -> None:
    for entry, status in _entries(folder, relative, found):
        path = relative / entry.name
        if not entry.is_dir():
            found.files[path] = status.st_size
            continue
        identity = _identity(status)
        if identity in above:
            found.circular.append(path)
            continue
        found.folders.append(path)
        _search(folder / entry.name, path, (*above, identity), found)


def _entries(
    folder: Path, relative: PurePosixPath, found: Contents
) -> Iterator[tuple[os.DirEntry[str], os.stat_result]]:
    try:
        with os.scandir(folder) as entries:
            visible = [entry for entry in entries if not is_hidden(entry.name)]
    except OSError:
        found.unreadable.append(relative)
        return
    for entry in visible:
        try:
            # not of the entry itself, which on Windows has no identity
            status = Path(entry.path).stat()
        except OSError:
            found.broken.append(relative / entry.name)
            continue
        if entry.is_dir() or entry.is_file():  # no pipes and devices
            yield entry, status


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
