"""Files from elsewhere: searched for on this machine first, else downloaded, checked and cached.

An interrupted download leaves NAME.part, which the next attempt continues.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import platformdirs

from minivgg.utils.files import StrPath, make_folder
from minivgg.utils.progress import progress_bar
from minivgg.utils.remote_file import Limits, RemoteFile, sha256

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def cache() -> Path:
    """The folder of downloads.

    Returns
    -------
    folder : Path
        $MINIVGG_CACHE, or else the user's cache folder of this system.
    """
    return Path(os.environ.get("MINIVGG_CACHE") or platformdirs.user_cache_dir("minivgg"))


def search_path(name: str, alone: bool = True) -> list[Path]:
    """The folders in which files of a dataset or of weights may lie.

    Parameters
    ----------
    name : str
        The name of the folder that holds them.
    alone : bool
        Whether the names of the files say what they are. Otherwise they are only looked for in a
        folder of that name.

    Returns
    -------
    folders : list of Path
        In order: $MINIVGG_DATA itself, its folder of that name, that of the cache.
    """
    root = os.environ.get("MINIVGG_DATA")
    if not root:
        return [cache() / name]
    root_counts = alone or Path(root).name == name
    return [*([Path(root)] if root_counts else []), Path(root) / name, cache() / name]


def fetch(
    file: RemoteFile, path: StrPath, progress: bool = True, limits: Limits | None = None
) -> Path:
    """Download a file, or continue an interrupted download. A file that exists is left as it is.

    Parameters
    ----------
    file : RemoteFile
        Its address, size and checksum.
    path : path
        Where it will be. Missing folders are made.
    progress : bool
        Whether to show a progress bar.
    limits : Limits, optional
        Times, attempts, and the schemes of addresses: https only, by default.

    Returns
    -------
    path : Path
        Where the file is now.

    Raises
    ------
    OSError
        If the file cannot be downloaded or written (the part that is there is kept), or does not
        match the checksum (it is then removed).
    """
    path = Path(path)
    part = path.with_name(f"{path.name}.part")
    make_folder(path.parent)
    with _locked(part):
        if not path.exists():  # another process may have downloaded it
            _complete(file, path, part, progress, limits or Limits())
    return path


def _complete(file: RemoteFile, path: Path, part: Path, progress: bool, limits: Limits) -> None:
    """Download to ``part``, check it, and give it the name ``path``."""
    # late, as it takes time to import, and most programs download nothing
    from minivgg.utils.http_transfer import download

    if file.is_at(part):  # the program ended just before it got its name
        part.replace(path)
        return
    _remove_if_useless(file, part)
    before = part.stat().st_size if part.exists() else 0
    with progress_bar(
        desc=path.name,
        unit="B",
        unit_scale=True,
        unit_divisor=1024,
        leave=False,
        disable=not progress,
    ) as bar:
        download(file, part, bar, limits)
        if before and not file.is_at(part):  # what was there, or what came, is of another file
            os.truncate(part, before)
            download(file, part, bar, limits, anew=True)
    if not file.is_at(part):
        found = sha256(part)
        part.unlink()
        raise OSError(
            f"{file.url} is not the file it should be: its SHA-256 is {found[:12]}…, not "
            f"{file.sha256[:12]}…; it was removed"
        )
    part.replace(path)


def _remove_if_useless(file: RemoteFile, part: Path) -> None:
    """Remove a part that cannot be the beginning of the file."""
    if not part.exists():
        return
    size = part.stat().st_size
    if size > file.largest or size == file.size == file.largest:
        part.unlink()


@contextmanager
def _locked(part: Path) -> Iterator[None]:
    """Keep other processes from writing to the same unfinished file."""
    lock = part.with_suffix(".lock")
    with lock.open("w") as file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError) as error:
            raise OSError(
                f"another process is already downloading {part.with_suffix('')}: "
                "wait until it has finished"
            ) from error
        try:
            yield
        finally:
            with suppress(PermissionError):  # Windows does not remove an open file
                lock.unlink(missing_ok=True)
