"""Zips and tars of images as sources of files. Members are read where they are."""

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import threading
import weakref
import zipfile
from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, cast

from minivgg.data.archive_members import (
    ARCHIVE_ERRORS,
    MAX_IMAGE_BYTES,
    check_size,
    counted,
    in_temporary_file,
    reason,
    visible_path,
)
from minivgg.data.images import ImageFile
from minivgg.data.source import Source
from minivgg.utils.archive_names import names_in_zip

COMPRESSED: dict[bytes, Callable[[Path], object]] = {
    b"\x1f\x8b": gzip.GzipFile,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
}
MAX_HEADER_BYTES = 1 << 20  # of the headers of a tar's member, which can hold a long name
IN_MEMORY_BYTES = 1 << 25  # a larger file of a zip is unpacked into a temporary file
UNPACKED_BYTES, UNPACKED_SHARE = 1 << 27, 200  # of a compressed tar: this, or so many times it
IS_ENCRYPTED = 0x1


class ProtectedError(OSError):
    """An archive with a password."""


def open_zip(path: Path) -> Source:
    """A zip as a source of files.

    Parameters
    ----------
    path : Path
        Of the zip.

    Returns
    -------
    source : Source
        All that is visible in it.

    Raises
    ------
    ProtectedError
        If it has a password. A damaged one raises any of ``ARCHIVE_ERRORS``.
    """
    return _Zip(path)


def open_tar(path: Path) -> Source:
    """A tar, compressed or not, as a source of files.

    Parameters
    ----------
    path : Path
        Of the tar.

    Returns
    -------
    source : Source
        All that is visible in it. A damaged one raises any of ``ARCHIVE_ERRORS``.
    """
    return _Tar(path)


def is_tar(path: Path) -> bool:
    """Whether a file, unpacked if it is compressed, is a tar.

    Parameters
    ----------
    path : Path
        Of the file.

    Returns
    -------
    bool
        True if it begins with the header of a member, or with the end of an empty tar.
    """
    try:
        with _opened(path) as stream:
            block = stream.read(tarfile.BLOCKSIZE)
        if block != bytes(tarfile.BLOCKSIZE):
            tarfile.TarInfo.frombuf(block, tarfile.ENCODING, "surrogateescape")
    except ARCHIVE_ERRORS:
        return False
    return True


class _Zip:
    """A zip, in which links are not followed."""

    def __init__(self, path: Path) -> None:
        self._zip, self._lock = zipfile.ZipFile(path), threading.Lock()
        self._entries: dict[PurePosixPath, zipfile.ZipInfo] = {}
        self.files, self.folders = {}, []
        _check_sizes(path, self._zip)
        entries, links = self._zip.infolist(), list[PurePosixPath]()
        for entry, name in zip(entries, names_in_zip(entries), strict=True):
            member = visible_path(name)
            if member is None:
                continue
            if stat.S_ISLNK(entry.external_attr >> 16):
                links.append(member)
            elif name.endswith(("/", "\\")):
                self.folders.append(member)
            elif entry.flag_bits & IS_ENCRYPTED:
                raise ProtectedError(
                    f"{path} is protected by a password: unpack it, and name the folder"
                )
            else:
                self._entries[member] = entry
                self.files[member] = entry.file_size
        self.left_out = counted("link", links)

    def open(self, file: PurePosixPath) -> ImageFile:
        check_size(self.files[file])
        if self.files[file] <= IN_MEMORY_BYTES:
            return io.BytesIO(self.content(file))
        with self._member(file) as member:
            return in_temporary_file(member, MAX_IMAGE_BYTES)

    def content(self, file: PurePosixPath, limit: int = MAX_IMAGE_BYTES) -> bytes:
        with self._member(file) as member:
            return member.read(limit)

    @contextmanager
    def _member(self, file: PurePosixPath) -> Iterator[IO[bytes]]:
        """A member, for one thread at a time, as all share one file position."""
        try:
            with self._lock, self._zip.open(self._entries[file]) as member:
                yield member
        except ARCHIVE_ERRORS as error:
            raise OSError(reason(error)) from error

    def key(self, file: PurePosixPath) -> Hashable:
        return self.files[file], self._entries[file].CRC


class _Tar:
    """A tar, in which links are not followed; a compressed one is first unpacked as a whole."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        with ExitStack() as on_error:
            self._stream = on_error.enter_context(_plain_tar(path))
            self._size = self._stream.seek(0, io.SEEK_END)
            self._stream.seek(0)
            headers = cast(IO[bytes], _TarHeaders(self._stream))
            with tarfile.open(fileobj=headers, mode="r:") as tar:
                self._list(tar)
            weakref.finalize(self, on_error.pop_all().close)

    def _list(self, tar: tarfile.TarFile) -> None:
        self._entries: dict[PurePosixPath, tarfile.TarInfo] = {}
        self.files, self.folders = {}, []
        links = []
        for entry in tar:
            member = visible_path(entry.name)
            if member is None:
                continue
            if entry.issym() or entry.islnk():
                links.append(member)
            elif entry.isdir():
                self.folders.append(member)
            elif entry.isreg() and not entry.issparse():
                self._entries[member] = entry
                self.files[member] = entry.size
        self.left_out = counted("link", links)

    def open(self, file: PurePosixPath) -> ImageFile:
        check_size(self.files[file])
        return io.BytesIO(self.content(file))

    def content(self, file: PurePosixPath, limit: int = MAX_IMAGE_BYTES) -> bytes:
        entry = self._entries[file]
        if entry.offset_data + entry.size > self._size:
            raise OSError("the archive ends before it")
        with self._lock:  # all threads share one file position
            self._stream.seek(entry.offset_data)
            return self._stream.read(min(entry.size, limit))

    def key(self, file: PurePosixPath) -> Hashable:
        return self.files[file]


class _TarHeaders:
    """The file as ``tarfile`` reads it, which is only the headers: none is larger than allowed.

    Otherwise it would ask for as much memory as a header claims to have.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, count: int) -> bytes:
        if not 0 <= count <= MAX_HEADER_BYTES:
            raise tarfile.ReadError(f"a header of {count:,} bytes")
        return self._stream.read(count)


def _opened(path: Path) -> IO[bytes]:
    """The file, unpacked if it is compressed."""
    opener = _decompressor(path)
    return cast(IO[bytes], opener(path)) if opener else path.open("rb")


def _decompressor(path: Path) -> Callable[[Path], object] | None:
    """What unpacks a compressed file."""
    with path.open("rb") as file:
        start = file.read(max(map(len, COMPRESSED)))
    return next((opener for magic, opener in COMPRESSED.items() if start.startswith(magic)), None)


def _plain_tar(path: Path) -> IO[bytes]:
    """A tar that can be read from any place."""
    if not _decompressor(path):
        return path.open("rb")
    plausible = max(UNPACKED_BYTES, UNPACKED_SHARE * path.stat().st_size)
    with _opened(path) as compressed:
        return in_temporary_file(compressed, plausible)


def _check_sizes(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse a zip whose members use the same bytes many times."""
    if sum(entry.compress_size for entry in archive.infolist()) > path.stat().st_size:
        raise OSError("the files in it are larger than it is")
