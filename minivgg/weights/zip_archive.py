"""Zips: where the bytes of each file in them are; what is compressed is unpacked into memory."""

import io
import zipfile
import zlib
from mmap import mmap
from typing import IO, TYPE_CHECKING, NamedTuple

from minivgg.weights.checksums import wrong_checksum
from minivgg.weights.memory_map import Budget, Buffer, CorruptFileError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LOCAL_HEADER = b"PK\x03\x04"
LOCAL_HEADER_BYTES = 30  # followed by the file name and an extra field
MAX_DIRECTORY_BYTES = 4 << 20  # at the end of a zip, where its table of contents is
BLOCK_BYTES = 1 << 20  # that are unpacked at once
IS_ENCRYPTED = 0x1
NO_CHECKSUM = 0  # what torch.serialization.set_crc32_options(False) writes
METHODS = {zipfile.ZIP_BZIP2: "bzip2", zipfile.ZIP_LZMA: "LZMA"}  # that no library of nets uses


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


class Window(io.RawIOBase):
    """A part of a mapped file, as a file that can be read.

    Parameters
    ----------
    part : Part
        Where it is.
    most : int, optional
        How many bytes may be read at once (default: any number).
    """

    def __init__(self, part: Part, most: int | None = None) -> None:
        self._part, self._at, self.most = part, 0, most

    def readable(self) -> bool:
        """Whether it can be read.

        Returns
        -------
        bool
            True.
        """
        return True

    def seekable(self) -> bool:
        """Whether it can be read from any place.

        Returns
        -------
        bool
            True.
        """
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place.

        Parameters
        ----------
        offset : int
            In bytes.
        whence : {0, 1, 2}
            Whether that is counted from the beginning, from here or from the end.

        Returns
        -------
        int
            The place, from the beginning.
        """
        self._at = max(0, offset + (0, self._at, self._part.size)[whence])
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        """Read bytes from here on.

        Parameters
        ----------
        size : int
            How many; all if it is negative.

        Returns
        -------
        bytes
            Fewer at the end.

        Raises
        ------
        CorruptFileError
            If there are more than may be read at once.
        """
        left = max(0, self._part.size - self._at)
        count = left if size < 0 else min(size, left)
        if self.most is not None and count > self.most:
            raise CorruptFileError(
                f"its table of contents has {count:,} bytes; at most {self.most:,} are read"
            )
        return super().read(count) or b""

    def readinto(self, target: "WriteableBuffer") -> int:
        """Read bytes from here on into a buffer.

        Parameters
        ----------
        target : buffer
            Filled, or at the end only its beginning.

        Returns
        -------
        int
            How many bytes were read.
        """
        buffer, start, size = self._part
        into = memoryview(target)
        first = min(self._at, size)
        last = min(first + len(into), size)
        into[: last - first] = buffer[start + first : start + last]
        self._at = last
        return last - first


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


def _all_of(file: IO[bytes]) -> bytes:
    """What is in a compressed file; zipfile's own ``read`` would need the memory twice."""
    content = io.BytesIO()
    while block := file.read(BLOCK_BYTES):
        content.write(block)
    return content.getvalue()


class Archive:
    """The files in a zip.

    Parameters
    ----------
    memory : mmap
        The zip.
    budget : Budget
        The memory that its compressed files may take, and the checksums of the others.

    Raises
    ------
    CorruptFileError
        If its table of contents is damaged, names a file twice, or names more than there is.
    """

    def __init__(self, memory: mmap, budget: Budget) -> None:
        self._memory, self._budget = memory, budget
        window = Window(Part(memory, 0, len(memory)), MAX_DIRECTORY_BYTES)
        try:
            self._zip = zipfile.ZipFile(window)
        except CorruptFileError:
            raise
        # A damaged file can make zipfile raise anything: BadZipFile, struct.error, ...
        except Exception as error:
            raise CorruptFileError(
                f"it is truncated or damaged: its table of contents cannot be read ({error})"
            ) from error
        window.most = None  # the table of contents has been read
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self._zip.infolist():
            if entry.filename in self._entries:
                raise CorruptFileError(f"it is damaged: it holds {entry.filename} twice")
            self._entries[entry.filename] = entry
        if sum(entry.compress_size for entry in self._entries.values()) > len(memory):
            raise CorruptFileError("it is damaged: the files in it are larger than it is")

    def names(self) -> list[str]:
        """The names of the files.

        Returns
        -------
        list of str
            In the order of the zip.
        """
        return list(self._entries)

    def size(self, name: str) -> int:
        """How many bytes a file has, unpacked.

        Parameters
        ----------
        name : str
            One of ``names()``.

        Returns
        -------
        int
            As the table of contents says.
        """
        return self._entries[name].file_size

    def part(self, name: str) -> Part:
        """Where a file is; if it is compressed, it is unpacked.

        Its checksum is known to the budget from then on, and is checked when the numbers are
        used.

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
        if entry.flag_bits & IS_ENCRYPTED:
            raise CorruptFileError(f"{name} is encrypted: unpack the zip and save it without")
        if entry.compress_type in METHODS:
            raise CorruptFileError(
                f"{name} is compressed by {METHODS[entry.compress_type]}, which is not read here: "
                "save the arrays with numpy.savez"
            )
        if entry.compress_type != zipfile.ZIP_STORED:
            return self._unpacked(entry)
        lengths = (int.from_bytes(head[at : at + 2], "little") for at in (26, 28))
        start = entry.header_offset + LOCAL_HEADER_BYTES + sum(lengths)
        end = start + entry.file_size
        if end > len(memory):
            raise CorruptFileError(
                f"it is truncated: {name} would end at byte {end:,} of {len(memory):,}"
            )
        if entry.CRC != NO_CHECKSUM:
            self._budget.checksums.add(name, start, entry.file_size, entry.CRC)
        return Part(memory, start, entry.file_size)

    def checked(self, name: str) -> bytes:
        """The content of a small file that is used at once.

        Parameters
        ----------
        name : str
            One of ``names()``.

        Returns
        -------
        bytes
            A copy.

        Raises
        ------
        CorruptFileError
            As for ``part``, and if its checksum is wrong.
        """
        content = self.part(name).content()
        if self._entries[name].CRC not in (NO_CHECKSUM, zlib.crc32(content)):
            raise CorruptFileError(wrong_checksum(name))
        return content

    def _unpacked(self, entry: zipfile.ZipInfo) -> Part:
        self._budget.take(entry.filename, entry.file_size)
        try:
            with self._zip.open(entry) as file:
                content = _all_of(file)
        # zlib has exceptions of its own
        except Exception as error:
            reason = str(error) or type(error).__name__
            raise CorruptFileError(f"{entry.filename} cannot be unpacked ({reason})") from error
        if len(content) != entry.file_size:
            raise CorruptFileError(
                f"{entry.filename} has {len(content):,} bytes, but the table of contents says "
                f"{entry.file_size:,}"
            )
        if zlib.crc32(content) != entry.CRC:
            raise CorruptFileError(wrong_checksum(entry.filename))
        return Part(content, 0, len(content))
