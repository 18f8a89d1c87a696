"""Reading the members of a zip or tar, with limits for what a damaged or hostile one can cost."""

import bz2
import copy
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, cast

from minivgg.utils.archive_names import name_in_zip, unreadable_archive
from minivgg.utils.file_names import readable

MAX_NAME = 1000  # bytes; systems allow 255 for each part
MAX_PARTS = 64
MAX_TAR_HEADER = 2**18  # the headers of a tar are read as a whole
ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


class UnreadableArchiveError(ValueError):
    """An archive that cannot be read. Its text follows the name of the archive in a sentence."""


@dataclass
class Budget:
    """How much may still be unpacked.

    Parameters
    ----------
    bytes : int
        Written.
    files : int
        Written.
    members : int
        Entries of archives that are examined.
    scanned : int
        Bytes that are read or skipped in tars.
    at_once : int
        Bytes in one piece: of the list of contents of a zip, or of a header in a tar.
    names : int
        Letters of the names of entries, and of what else a tar says about them.
    """

    bytes: int = 100 * 2**20
    files: int = 1000
    members: int = 100_000
    scanned: int = 2**30
    at_once: int = 16 * 2**20
    names: int = 64 * 2**20


@dataclass(frozen=True)
class Member:
    """A file or folder in an archive.

    Parameters
    ----------
    name : str
        With "/" between folders.
    is_folder : bool
        Whether it is a folder.
    modified : float
        When it was last changed, in seconds since 1970; 0 if that is not known.
    position : int
        In the archive.
    open : callable
        Returns its contents, as a file to read.
    block : int
        How many bytes can be read at once, with what memory allows.
    """

    name: str
    is_folder: bool
    modified: float
    position: int
    open: Callable[[], IO[bytes]]
    block: int = 2**16


class _LimitedReader(io.RawIOBase):
    """A file to read that raises before more is read or skipped than the budget allows."""

    def __init__(self, file: IO[bytes], budget: Budget, is_counted: bool) -> None:
        super().__init__()
        self.file, self.budget, self.is_counted = file, budget, is_counted

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        most = min(self.budget.at_once, MAX_TAR_HEADER) if self.is_counted else self.budget.at_once
        if size > most:
            raise UnreadableArchiveError("is damaged: its list of contents is too long")
        found = self.file.read(most if size < 0 else size)
        self._spend(len(found))
        if size < 0 and len(found) == most:
            raise UnreadableArchiveError("is damaged: its list of contents is too long")
        return found

    def seek(self, position: int, whence: int = 0) -> int:
        """Move; in compressed data, this is reading."""
        here = self.file.tell()
        if whence == 1:
            position += here
        if whence != 2:
            self._spend(position - here if position >= here else position)
            return self.file.seek(position)
        return self.file.seek(position, whence)

    def tell(self) -> int:
        """Where the next byte is."""
        return self.file.tell()

    def _spend(self, size: int) -> None:
        if self.is_counted:  # else the file is no larger than what is on the disk
            self.budget.scanned -= size
            if self.budget.scanned < 0:
                raise UnreadableArchiveError("exceeds the limits: it was read only in part")


@contextmanager
def open_archive(path: Path, budget: Budget) -> Iterator[tuple[list[Member], int]]:
    """Open a zip or tar while the block runs. Its contents, not its name, decide what it is.

    Parameters
    ----------
    path : Path
        The archive.
    budget : Budget
        Reduced by what is examined.

    Yields
    ------
    members : list of Member
        Its files and folders, without links and devices.
    too_long : int
        How many of them are left out because of their long names.

    Raises
    ------
    UnreadableArchiveError
        For archives of other types, and for too many members or too long names. Damaged ones raise
        other errors.
    """
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        start = file.read(6)
        file.seek(0)
        if name := unreadable_archive(start):
            raise UnreadableArchiveError(
                f"is an archive in {name} format, which cannot be read here: please hand in a .zip"
            )
        if zipfile.is_zipfile(file):
            reader = cast(IO[bytes], _LimitedReader(file, budget, is_counted=False))
            archive = stack.enter_context(zipfile.ZipFile(reader))
            yield _members_of_zip(archive, budget)
            return
        file.seek(0)
        stream: object = file
        if start.startswith(b"\x1f\x8b"):
            stream = stack.enter_context(gzip.GzipFile(fileobj=file))
        elif start.startswith(b"BZh"):
            stream = stack.enter_context(bz2.BZ2File(file))
        elif start.startswith(b"\xfd7zXZ"):
            stream = stack.enter_context(lzma.LZMAFile(file))
        limited = cast(IO[bytes], _LimitedReader(cast(IO[bytes], stream), budget, is_counted=True))
        try:
            tar = stack.enter_context(tarfile.open(fileobj=limited, mode="r:"))
        except tarfile.ReadError as error:
            if start[:2] == b"PK":
                raise UnreadableArchiveError(
                    "cannot be unpacked because it is damaged: its end is missing"
                ) from error
            raise UnreadableArchiveError(
                "cannot be unpacked: it is neither a zip nor a tar"
            ) from error
        yield _members_of_tar(tar, budget)


def _is_too_long(name: str, budget: Budget, others: int = 0) -> bool:
    """Whether a name is longer than any that students give; others: letters beside the name."""
    budget.names -= len(name) + others
    if budget.names < 0:
        raise UnreadableArchiveError("exceeds the limits: the names in it are too long")
    return (
        len(name) > MAX_NAME
        or name.count("/") + name.count("\\") >= MAX_PARTS
        or len(name.encode("utf-8", "surrogatepass")) > MAX_NAME
    )


def _members_of_zip(archive: zipfile.ZipFile, budget: Budget) -> tuple[list[Member], int]:
    entries = archive.infolist()
    budget.members -= len(entries)
    if budget.members < 0:
        raise UnreadableArchiveError(f"contains {len(entries):,} files, which is too many")
    entries = [one for one in entries if not stat.S_ISLNK(one.external_attr >> 16)]
    kept = [entry for entry in entries if not _is_too_long(entry.filename, budget)]
    members = [
        Member(
            name_in_zip(entry).replace("\\", "/"),
            entry.is_dir(),
            _date_in_zip(entry.date_time),
            position,
            _opener_in_zip(archive, entry),
            4096 if entry.compress_type == zipfile.ZIP_LZMA else 2**16,
        )
        for position, entry in enumerate(kept)
    ]
    return members, len(entries) - len(kept)


def _opener_in_zip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def open_member() -> IO[bytes]:
        if entry.compress_type not in ZIP_METHODS:
            raise UnreadableArchiveError(
                "is compressed in a way that is not supported: please hand in an ordinary .zip"
            )
        if entry.compress_type != zipfile.ZIP_BZIP2:
            return archive.open(entry)
        stored = copy.copy(entry)  # zipfile would unpack any amount of bzip2 at once
        stored.compress_type, stored.file_size = zipfile.ZIP_STORED, entry.compress_size
        del stored.CRC
        return cast(IO[bytes], bz2.BZ2File(archive.open(stored)))

    return open_member


def _date_in_zip(date: tuple[int, int, int, int, int, int]) -> float:
    try:
        return datetime(*date).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _members_of_tar(archive: tarfile.TarFile, budget: Budget) -> tuple[list[Member], int]:
    members: list[Member] = []
    too_long = 0
    for position, entry in enumerate(archive):
        budget.members -= 1
        if budget.members < 0:
            raise UnreadableArchiveError("contains too many files")
        headers = sum(len(key) + len(value) for key, value in entry.pax_headers.items())
        entry.pax_headers = {}  # the archive keeps all entries
        if _is_too_long(entry.name, budget, len(entry.linkname) + headers):
            too_long += entry.isreg() or entry.isdir()
        elif entry.isreg() or entry.isdir():
            members.append(
                Member(
                    readable(entry.name),
                    entry.isdir(),
                    entry.mtime,
                    position,
                    _opener_in_tar(archive, entry),
                )
            )
    return members, too_long


def _opener_in_tar(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Callable[[], IO[bytes]]:
    def open_member() -> IO[bytes]:
        file = archive.extractfile(entry)
        if file is None:
            raise UnreadableArchiveError("is not an ordinary file")
        return file

    return open_member
