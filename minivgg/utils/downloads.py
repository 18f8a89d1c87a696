"""Files from elsewhere: searched for on this machine first, else downloaded, checked and cached.

An interrupted download leaves NAME.part, which the next attempt continues.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

import platformdirs

from minivgg.utils.files import StrPath
from minivgg.utils.progress import progress_bar

if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


CHUNK_BYTES = 1 << 18
MAX_ATTEMPTS = 3  # without a byte of progress
TIMEOUT_SECONDS = 30  # for the next bytes


class _ProgressBar(Protocol):
    """What is used of tqdm's progress bars."""

    total: float | None
    n: float

    def update(self, n: float) -> object: ...


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


def fetch(url: str, path: StrPath, checksum: str, progress: bool = True) -> Path:
    """Download a file, or continue an interrupted download. A file that exists is left as it is.

    Parameters
    ----------
    url : str
        Where the file is.
    path : path
        Where it will be. Missing folders are made.
    checksum : str
        "sha256:…" or "md5:…" in hexadecimal digits, or the first of them.
    progress : bool
        Whether to show a progress bar.

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
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(part):
        if not path.exists():  # another process may have downloaded it
            _complete(url, path, part, checksum, progress)
    return path


def _complete(url: str, path: Path, part: Path, checksum: str, progress: bool) -> None:
    """Download to ``part``, check it, and give it the name ``path``."""
    with progress_bar(
        desc=path.name,
        unit="B",
        unit_scale=True,
        unit_divisor=1024,
        leave=False,
        disable=not progress,
    ) as bar:
        _download(url, part, bar)
    kind, _, wanted = checksum.partition(":")
    with part.open("rb") as file:
        found = hashlib.file_digest(file, kind).hexdigest()
    if not found.startswith(wanted.lower()):
        part.unlink()
        raise OSError(
            f"{url} is not the file it should be: its {kind} is "
            f"{found[: max(12, len(wanted))]}…, not {wanted}…; it was removed"
        )
    part.replace(path)


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


def _download(url: str, part: Path, bar: _ProgressBar) -> None:
    """Fill ``part`` to its end, with new requests when the connection breaks."""
    # late, as they take time to import, and most programs download nothing
    import http.client
    import urllib.error

    failures, furthest = 0, 0
    while failures < MAX_ATTEMPTS:
        before = part.stat().st_size if part.exists() else 0
        furthest = max(furthest, before)
        try:
            if _continue(url, part, before, bar):
                return
            error: object = "the connection ended early"
        except urllib.error.HTTPError as problem:
            problem.close()  # it holds the connection
            if problem.code != 416 or not before:  # 416: there is nothing after this part
                raise OSError(
                    f"downloading {url} failed: the server says {problem.code} {problem.reason}"
                ) from problem
            return
        # OSError: URLError, timeouts; ValueError: not a URL
        except (OSError, ValueError, http.client.HTTPException) as problem:
            error = getattr(problem, "reason", None) or problem
        failures = 0 if part.exists() and part.stat().st_size > furthest else failures + 1
    kept = ""
    if part.exists():
        kept = f"; {part.stat().st_size:,} bytes are kept, the next attempt continues from there"
    raise OSError(f"downloading {url} failed: {error}{kept}")


def _continue(url: str, part: Path, before: int, bar: _ProgressBar) -> bool:
    """Append what the server sends after ``before`` bytes, or start anew if it cannot.

    Returns whether the file is complete.
    """
    import urllib.request

    request = urllib.request.Request(url, headers={"Range": f"bytes={before}-"} if before else {})
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        continues = answer.status == 206
        length = answer.headers.get("Content-Length")
        whole = None if length is None else int(length) + (before if continues else 0)
        bar.total, bar.n = whole, before if continues else 0
        with part.open("ab" if continues else "wb") as file:
            while chunk := answer.read(CHUNK_BYTES):
                file.write(chunk)
                bar.update(len(chunk))
            return whole is None or file.tell() >= whole
