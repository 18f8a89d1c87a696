"""One file over HTTPS: continued where it broke off, tried again, and never more than it may be."""

import http.client
import re
import shutil
import time
import urllib.error
from pathlib import Path
from typing import IO, Protocol

from minivgg.utils.connection_watch import ConnectionWatch
from minivgg.utils.download_errors import (
    LOGIN_NEEDED,
    DownloadInterruptedError,
    DownloadRefusedError,
    of_exception,
    of_status,
)
from minivgg.utils.remote_file import Limits, RemoteFile
from minivgg.utils.watched_connections import open_url

CHUNK_BYTES = 1 << 18
HEAD_BYTES = 512  # enough to see that a page begins
CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|\*)")


class ProgressBar(Protocol):
    """What is used of tqdm's progress bars."""

    total: float | None
    n: float

    def update(self, n: float) -> object:
        """Show that more has come.

        Parameters
        ----------
        n : float
            How many bytes.
        """


def download(
    file: RemoteFile, part: Path, bar: ProgressBar, limits: Limits, anew: bool = False
) -> None:
    """Fill ``part`` until it has the size of the file, with new requests when a connection breaks.

    Parameters
    ----------
    file : RemoteFile
        What to download.
    part : Path
        What there is of it; it need not exist.
    bar : tqdm
        Shows how much has come.
    limits : Limits
        Of time, and of attempts.
    anew : bool
        Ask for the whole file. What there is in ``part`` stays until it has come.

    Raises
    ------
    OSError
        In one sentence; what has come is kept in ``part``.
    """
    deadline = time.monotonic() + limits.total_seconds
    failures, reached = 0, _size(part)
    _check_space(file, part)
    while True:
        try:
            with ConnectionWatch(limits, deadline) as watch:
                _Request(file, part, bar, watch, anew).receive()
            return
        except DownloadRefusedError as error:
            raise _failed(file, part, error) from error
        except DownloadInterruptedError as error:
            if _size(part) - reached >= limits.slow_bytes:
                failures, reached = 0, _size(part)
            failures += 1
            wait = error.wait_seconds
            if wait is None:
                doubled = limits.first_wait_seconds * 2 ** (failures - 1)
                wait = min(doubled, limits.longest_wait_seconds)
            out_of_time = time.monotonic() + wait > deadline
            if failures >= limits.attempts or out_of_time or wait > limits.longest_wait_seconds:
                raise _failed(file, part, error) from error
            time.sleep(wait)


def _failed(file: RemoteFile, part: Path, error: OSError) -> OSError:
    kept = ""
    if size := _size(part):
        kept = f"; {size:,} bytes are kept, the next attempt continues from there"
    return OSError(f"downloading {file.url} failed: {error}{kept}")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _check_space(file: RemoteFile, part: Path) -> None:
    missing, free = file.size - _size(part), shutil.disk_usage(part.parent).free
    if free < missing:
        raise OSError(
            f"downloading {file.url} needs {missing:,} bytes of disk, and {part.parent} has "
            f"{free:,}: the environment variable MINIVGG_CACHE names another folder"
        )


class _NoSuchPartError(Exception):
    """The server does not send the part that was asked for."""


class _Request:
    """One request, and its answer.

    What comes is appended to ``part``. A server that sends the whole file instead of the rest
    writes to a file beside it, which replaces ``part`` once it has more of the same bytes, or all.
    """

    def __init__(
        self, file: RemoteFile, part: Path, bar: ProgressBar, watch: ConnectionWatch, anew: bool
    ) -> None:
        self.file, self.part, self.bar, self.watch = file, part, bar, watch
        self.before = 0 if anew else _size(part)

    def receive(self) -> None:
        """Ask for what is missing, and write it."""
        try:
            with self._open(self.before) as answer:
                return self._take(answer)
        except urllib.error.HTTPError as error:
            error.close()  # it holds the connection
            if error.code != 416 or not self.before:  # 416: the server has no such part
                raise of_status(error) from error
        except _NoSuchPartError as error:
            if not self.before:
                raise DownloadRefusedError(str(error)) from error
        except (DownloadRefusedError, DownloadInterruptedError):
            raise
        # OSError: URLError, time limits; ValueError: not an address, or closed by the watch
        except (OSError, ValueError, http.client.HTTPException) as error:
            if self.watch.reason:
                raise DownloadInterruptedError(self.watch.reason) from error
            raise of_exception(error, self.file.url) from error
        self.before = 0  # the rest cannot be had, but perhaps the whole file
        return self.receive()

    def _open(self, start: int) -> http.client.HTTPResponse:
        """Send the request, with a header that asks for the rest if a part is there."""
        headers = {"User-Agent": "minivgg", "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        return open_url(self.file.url, headers, self.watch)

    def _take(self, answer: http.client.HTTPResponse) -> None:
        """Write an answer to its file, and see whether the file is complete."""
        start, whole = self._extent(answer)
        head = b""
        if start == 0:
            head = answer.read(min(HEAD_BYTES, self.file.largest))
            self.watch.received(len(head))
            if _is_page(head, answer.headers.get("Content-Type", "")):
                raise DownloadRefusedError(LOGIN_NEEDED)
        if whole is not None and not self.file.may_have(whole):
            raise DownloadRefusedError(
                f"the server has a file of {whole:,} bytes there, not of {self.file.size:,}"
            )
        self.bar.total, self.bar.n = self.file.size, start
        continued = start > 0
        target = self.part if continued or not _size(self.part) else _beside(self.part)
        try:
            with target.open("ab" if continued else "wb") as out:
                _write(out, head)
                self._copy(answer, out)
        finally:
            is_another = target != self.part and not self._adopt(target)
        if is_another:
            raise DownloadRefusedError("the server sends another file there: its SHA-256 differs")
        size = _size(self.part)
        if not self.file.may_have(size) or (whole is not None and size != whole):
            raise DownloadInterruptedError(self.watch.reason or "the connection ended early")

    def _extent(self, answer: http.client.HTTPResponse) -> tuple[int, int | None]:
        """Where the answer begins in the file, and how long the server says the file is."""
        if answer.status in (200, 203):
            return 0, answer.length
        if answer.status != 206:
            raise DownloadRefusedError(f"the server says {answer.status}, and sends no file")
        found = CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if found is None or int(found[1]) not in (0, self.before):
            raise _NoSuchPartError("the server sends another part of the file than was asked for")
        start = int(found[1])
        if found[3] != "*":
            return start, int(found[3])
        return start, None if answer.length is None else start + answer.length

    def _copy(self, answer: http.client.HTTPResponse, out: IO[bytes]) -> None:
        """Append what comes, piece by piece, up to the size of the file."""
        while (missing := self.file.largest - out.tell()) > 0:
            # whatever is there, so that nothing is lost when the connection breaks
            piece = answer.read1(min(CHUNK_BYTES, missing))
            if not piece:
                break
            _write(out, piece)
            self.watch.received(len(piece))
            self.bar.update(len(piece))

    def _adopt(self, target: Path) -> bool:
        """Let a file beside the part replace it, if nothing is lost by that.

        Returns False for a complete file that is another one.
        """
        is_complete = self.file.may_have(_size(target))
        if self.file.is_at(target) if is_complete else _extends(target, self.part):
            target.replace(self.part)
            return True
        target.unlink(missing_ok=True)
        return not is_complete


def _write(out: IO[bytes], data: bytes) -> None:
    try:
        out.write(data)
        out.flush()
    except OSError as error:
        raise DownloadRefusedError(f"it cannot be written to the disk: {error.strerror}") from error


def _beside(part: Path) -> Path:
    return part.with_name(f"{part.name}.new")


def _extends(longer: Path, shorter: Path) -> bool:
    """Whether a file begins with all bytes of another, and has more."""
    if _size(longer) <= _size(shorter):
        return False
    with longer.open("rb") as ours, shorter.open("rb") as theirs:
        while piece := theirs.read(CHUNK_BYTES):
            if ours.read(len(piece)) != piece:
                return False
    return True


def _is_page(head: bytes, content_type: str) -> bool:
    """Whether an answer is a web page, such as that of a network that asks for a login."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if content_type.lower().startswith("text/html"):
        return text.startswith(b"<")
    return text.startswith((b"<!doctype html", b"<html"))
