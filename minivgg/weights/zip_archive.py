"""Zips: where the bytes of each file in them are; what is compressed is unpacked into memory."""

import zipfile
from mmap import mmap
from pathlib import Path
from typing import NamedTuple

from minivgg.weights.memory_map import Budget, Buffer, CorruptFileError

LOCAL_HEADER = b"PK\x03\x04"
LOCAL_HEADER_BYTES = 30  # followed by the file name and an extra field
MAX_DIRECTORY_BYTES = 1 << 20  # at the end of a zip, where its table of contents is


class Part(NamedTuple):
    """Where a file in a zip is.

    Parameters
    ----------
    buffer : mmap or bytes
        The mapped zip, or the unpacked bytes.
    start : int
        Where the file begins in it.
    size : int
        How many bytes it has.
    """

    buffer: Buffer
    start: int
    size: int

    def content(self) -> bytes:
        """All of the file.

        Returns
        -------
        bytes
            A copy.
        """
        return bytes(self.buffer[self.start : self.start + self.size])


def is_zip(memory: mmap) -> bool:
    """Whether a mapped file is a zip.

    Parameters
    ----------
    memory : mmap
        The file.

    Returns
    -------
    bool
        True also for PyTorch's and Keras' files, so test for those first.
    """
    return memory[:4] == LOCAL_HEADER


def lists(memory: mmap, name: bytes) -> bool:
    """Whether a mapped file is a zip with this name in its table of contents.

    Parameters
    ----------
    memory : mmap
        The file.
    name : bytes
        Of a file in it, or a part of its name.

    Returns
    -------
    bool
        True also if the rest of the file is damaged.
    """
    return is_zip(memory) and memory.rfind(name, max(0, len(memory) - MAX_DIRECTORY_BYTES)) > 0


class Archive:
    """The files in a zip.

    Parameters
    ----------
    path : path
        Of the zip.
    memory : mmap
        The same file.
    budget : Budget
        The memory that its compressed files may take.

    Raises
    ------
    CorruptFileError
        If its table of contents is damaged.
    """

    def __init__(self, path: Path, memory: mmap, budget: Budget) -> None:
        self._path, self._memory, self._budget = path, memory, budget
        try:
            with zipfile.ZipFile(path) as archive:
                self._entries = {entry.filename: entry for entry in archive.infolist()}
        # A damaged file can make zipfile raise anything: BadZipFile, struct.error, ...
        except Exception as error:
            raise CorruptFileError(
                f"it is truncated or damaged: its table of contents cannot be read ({error})"
            ) from error

    def names(self) -> list[str]:
        """The names of the files.

        Returns
        -------
        list of str
            In the order of the zip.
        """
        return list(self._entries)

    def part(self, name: str) -> Part:
        """Where a file is; if it is compressed, it is unpacked.

        Parameters
        ----------
        name : str
            One of ``names()``.

        Returns
        -------
        Part
            Its place in the mapped zip, or its unpacked bytes.

        Raises
        ------
        CorruptFileError
            If it is damaged, encrypted, or there is not enough memory for it.
        """
        entry, memory = self._entries[name], self._memory
        head = memory[entry.header_offset : entry.header_offset + LOCAL_HEADER_BYTES]
        if len(head) < LOCAL_HEADER_BYTES or head[:4] != LOCAL_HEADER:
            raise CorruptFileError(f"{name} is not where the table of contents has it")
        if entry.flag_bits & 1:
            raise CorruptFileError(f"{name} is encrypted: unpack the zip and save it without")
        if entry.compress_type != zipfile.ZIP_STORED:
            return self._unpacked(entry)
        lengths = (int.from_bytes(head[at : at + 2], "little") for at in (26, 28))
        start = entry.header_offset + LOCAL_HEADER_BYTES + sum(lengths)
        end = start + entry.file_size
        if end > len(memory):
            raise CorruptFileError(
                f"it is truncated: {name} would end at byte {end:,} of {len(memory):,}"
            )
        return Part(memory, start, entry.file_size)

    def _unpacked(self, entry: zipfile.ZipInfo) -> Part:
        self._budget.take(entry.filename, entry.file_size)
        try:
            with zipfile.ZipFile(self._path) as archive, archive.open(entry) as file:
                content = file.read(entry.file_size)
        # zlib, bz2 and lzma have exceptions of their own
        except Exception as error:
            reason = str(error) or type(error).__name__
            raise CorruptFileError(f"{entry.filename} cannot be unpacked ({reason})") from error
        if len(content) != entry.file_size:
            raise CorruptFileError(
                f"{entry.filename} has {len(content):,} bytes, but the table of contents says "
                f"{entry.file_size:,}"
            )
        return Part(content, 0, len(content))
