"""Where the files of a dataset are: in a folder, a zip or a tar. Archives are never unpacked."""

import bz2
import gzip
import io
import lzma
import shutil
import stat
import struct
import tarfile
import tempfile
import threading
import weakref
import zipfile
import zlib
from collections.abc import Callable, Hashable
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import IO, Protocol, cast

from minivgg.data.image_formats import is_image
from minivgg.data.images import ImageFile
from minivgg.utils.archive_names import names_in_zip, unreadable_archive
from minivgg.utils.folders import contents, is_hidden

# what reading a damaged archive, or a member of it, raises
ARCHIVE_ERRORS = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError,
    RuntimeError, NotImplementedError, ValueError, OverflowError, IndexError, KeyError,
    struct.error,
    MemoryError,  # a size that is claimed for a header or a dictionary
)  # fmt: skip
COMPRESSED: dict[bytes, Callable[[Path], object]] = {
    b"\x1f\x8b": gzip.GzipFile,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ": lzma.LZMAFile,
}
MAX_FOLDERS = 64  # of a path in an archive
MAX_NAME = 255  # letters of a file or folder, as on all systems
COPY_BLOCK_BYTES = 1 << 20
MAX_HEADER_BYTES = 1 << 20  # of the headers of a tar's member, which can hold a long name
MAX_IMAGE_BYTES = 1 << 28  # of a file in an archive, unpacked
IN_MEMORY_BYTES = 1 << 25  # a larger one is unpacked into a temporary file
UNPACKED_BYTES, UNPACKED_SHARE = 1 << 27, 200  # of a compressed tar: this, or so many times it
IS_ENCRYPTED = 0x1


class Source(Protocol):
    """A folder or an archive, with the paths of what is visible in it.

    Attributes
    ----------
    files : dict
        {path: size in bytes}.
    folders : list of PurePosixPath
        Folders, which may be empty.
    left_out : list of str
        What is not read, such as "2 broken links (a.jpg, …)".
    """

    files: dict[PurePosixPath, int]
    folders: list[PurePosixPath]
    left_out: list[str]

    def open(self, file: PurePosixPath) -> ImageFile:
        """What ``read_image`` reads.

        Parameters
        ----------
        file : PurePosixPath
            A key of ``files``.

        Returns
        -------
        opened : path or binary file
            ``OSError`` is raised for a damaged member of an archive.
        """

    def content(self, file: PurePosixPath, limit: int = MAX_IMAGE_BYTES) -> bytes:
        """The first bytes of a file.

        Parameters
        ----------
        file : PurePosixPath
            A key of ``files``.
        limit : int
            How many bytes at most.

        Returns
        -------
        content : bytes
            ``OSError`` is raised if it cannot be read.
        """

    def key(self, file: PurePosixPath) -> Hashable:
        """What is equal for equal files, and is known without reading them.

        Parameters
        ----------
        file : PurePosixPath
            A key of ``files``.

        Returns
        -------
        key : hashable
            To be compared within one source, or two of one kind.
        """


def open_source(path: Path) -> Source:
    """What is at a path, whatever its name ends with.

    Parameters
    ----------
    path : Path
        Of a folder, a zip, or a tar with or without compression.

    Returns
    -------
    source : Source
        All that is visible in it.

    Raises
    ------
    FileNotFoundError
        If there is nothing at the path.
    OSError
        If it is something else, damaged or protected by a password.
    """
    if path.is_dir():
        return _Folder(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no folder or zip file {path}")
    if not path.is_file():
        raise OSError(f"{path} is neither a folder nor a file")
    with path.open("rb") as file:
        start = file.read(6)
    if name := unreadable_archive(start):
        raise OSError(
            f"{path} is an archive in {name} format, which cannot be read here: unpack it, and "
            "name the folder"
        )
    try:
        if start.startswith(b"PK"):
            return _Zip(path)
        if _is_tar(path, start):
            return _Tar(path, start)
        if zipfile.is_zipfile(path):  # with something before it
            return _Zip(path)
    except ARCHIVE_ERRORS as error:
        if isinstance(error, _ProtectedError):
            raise
        raise OSError(
            f"{path} is neither a folder nor a complete zip or tar file: {_reason(error)}"
        ) from error
    if is_image(path.name):
        raise OSError(f"{path} is a single image: name the folder that holds the class folders")
    raise OSError(f"{path} is neither a folder nor a complete zip or tar file")


class _ProtectedError(OSError):
    """An archive with a password."""


class _Folder:
    """A folder on the disk, in which links are followed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        found = contents(path)
        if found.unreadable:
            raise PermissionError(
                f"the folder {path / found.unreadable[0]} cannot be read: its permissions do not "
                "allow it"
            )
        self.files, self.folders = found.files, found.folders
        self.left_out = _counted("broken link", found.broken)
        self.left_out += _counted("link to a folder above it", found.circular)

    def open(self, file: PurePosixPath) -> ImageFile:
        return self.path / file

    def content(self, file: PurePosixPath, limit: int = MAX_IMAGE_BYTES) -> bytes:
        with (self.path / file).open("rb") as opened:
            return opened.read(limit)

    def key(self, file: PurePosixPath) -> Hashable:
        return self.files[file]


class _Zip:
    """A zip, in which links are not followed."""

    def __init__(self, path: Path) -> None:
        self._zip, self._lock = zipfile.ZipFile(path), threading.Lock()
        self._entries: dict[PurePosixPath, zipfile.ZipInfo] = {}
        self.files, self.folders = {}, []
        _check_sizes(path, self._zip)
        entries, links = self._zip.infolist(), list[PurePosixPath]()
        for entry, name in zip(entries, names_in_zip(entries), strict=True):
            member = _visible_path(name)
            if member is None:
                continue
            if stat.S_ISLNK(entry.external_attr >> 16):
                links.append(member)
            elif name.endswith(("/", "\\")):
                self.folders.append(member)
            elif entry.flag_bits & IS_ENCRYPTED:
                raise _ProtectedError(
                    f"{path} is protected by a password: unpack it, and name the folder"
                )
            else:
                self._entries[member] = entry
                self.files[member] = entry.file_size
        self.left_out = _counted("link", links)

    def open(self, file: PurePosixPath) -> ImageFile:
        _check_size(self.files[file])
        if self.files[file] <= IN_MEMORY_BYTES:
            return io.BytesIO(self.content(file))
        try:
            with self._lock, self._zip.open(self._entries[file]) as member:
                return _in_temporary_file(member, MAX_IMAGE_BYTES)
        except ARCHIVE_ERRORS as error:
            raise OSError(_reason(error)) from error

    def content(self, file: PurePosixPath, limit: int = MAX_IMAGE_BYTES) -> bytes:
        try:
            with self._lock, self._zip.open(self._entries[file]) as member:
                return member.read(limit)  # all threads share one file position
        except ARCHIVE_ERRORS as error:
            raise OSError(_reason(error)) from error

    def key(self, file: PurePosixPath) -> Hashable:
        return self.files[file], self._entries[file].CRC


def _reason(error: BaseException) -> str:
    """What an error says; it may repeat any bytes as a name."""
    return str(error)[:200] or "it asks for more memory than there is"


class _Tar:
    """A tar, in which links are not followed; a compressed one is first brought to a plain one."""

    def __init__(self, path: Path, start: bytes) -> None:
        self._lock = threading.Lock()
        with ExitStack() as on_error:
            self._stream = on_error.enter_context(_plain_tar(path, start))
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
            member = _visible_path(entry.name)
            if member is None:
                continue
            if entry.issym() or entry.islnk():
                links.append(member)
            elif entry.isdir():
                self.folders.append(member)
            elif entry.isreg() and not entry.issparse():
                self._entries[member] = entry
                self.files[member] = entry.size
        self.left_out = _counted("link", links)

    def open(self, file: PurePosixPath) -> ImageFile:
        _check_size(self.files[file])
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


def _is_tar(path: Path, start: bytes) -> bool:
    """Whether a file, unpacked if it is compressed, begins with the header of a member."""
    try:
        with _opened(path, start) as stream:
            block = stream.read(tarfile.BLOCKSIZE)
        tarfile.TarInfo.frombuf(block, tarfile.ENCODING, "surrogateescape")
    except ARCHIVE_ERRORS:
        return False
    return True


def _is_compressed(start: bytes) -> bool:
    return any(start.startswith(magic) for magic in COMPRESSED)


def _opened(path: Path, start: bytes) -> IO[bytes]:
    """The file, unpacked if it is compressed."""
    for magic, opener in COMPRESSED.items():
        if start.startswith(magic):
            return cast(IO[bytes], opener(path))
    return path.open("rb")


def _plain_tar(path: Path, start: bytes) -> IO[bytes]:
    """A tar that can be read from any place."""
    if not _is_compressed(start):
        return path.open("rb")
    plausible = max(UNPACKED_BYTES, UNPACKED_SHARE * path.stat().st_size)
    with _opened(path, start) as compressed:
        return _in_temporary_file(compressed, plausible)


def _in_temporary_file(source: IO[bytes], plausible: int) -> IO[bytes]:
    """A copy of a file; ``OSError`` where it has more bytes than are plausible, or than fit."""
    fitting = shutil.disk_usage(tempfile.gettempdir()).free // 2
    with ExitStack() as on_error:
        # it has no name, and is removed when it is closed
        target = on_error.enter_context(tempfile.TemporaryFile())
        copied = 0
        while block := source.read(COPY_BLOCK_BYTES):
            copied += len(block)
            if copied > plausible:
                raise OSError(
                    f"unpacked, it takes more than {plausible / 1e9:.3g} GB, far more than images "
                    "should: unpack it, and name the folder"
                )
            if copied > fitting:
                raise OSError(
                    f"unpacked, it takes more than {fitting / 1e9:.3g} GB, half of the free space "
                    "for temporary files"
                )
            target.write(block)
        on_error.pop_all()
    return target


def _check_size(count: int) -> None:
    """Refuse a member of an archive that is too large to be a picture."""
    if count > MAX_IMAGE_BYTES:
        raise OSError(
            f"unpacked, it has {count:,} bytes; at most {MAX_IMAGE_BYTES:,} are read from an "
            "archive: unpack it, and name the folder"
        )


def _check_sizes(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse a zip whose members use the same bytes many times."""
    if sum(entry.compress_size for entry in archive.infolist()) > path.stat().st_size:
        raise OSError("the files in it are larger than it is")


def _visible_path(name: str) -> PurePosixPath | None:
    """The path of a member, below the archive whatever it says; None for what is not looked at."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    if not parts or any(map(is_hidden, parts)) or "\0" in name:
        return None
    if len(parts) > MAX_FOLDERS or max(map(len, parts)) > MAX_NAME:
        return None
    return PurePosixPath(*parts)


def _counted(what: str, paths: list[PurePosixPath]) -> list[str]:
    if not paths:
        return []
    plural = what.replace("link", "links", 1) if len(paths) > 1 else what
    return [f"{len(paths)} {plural} ({paths[0]}{', …' if len(paths) > 1 else ''})"]
