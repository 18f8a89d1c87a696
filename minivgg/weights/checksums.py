"""CRC-32 of the files in a zip, checked by several threads: zlib frees Python's lock meanwhile."""

import mmap
import zlib
from typing import NamedTuple

from minivgg.backend import thread_pool

BLOCK_BYTES = 4 << 20  # of a file at once


class _Range(NamedTuple):
    name: str
    start: int
    size: int
    crc: int


class Checksums:
    """The checksums of parts of a mapped file, which nothing has read yet."""

    def __init__(self) -> None:
        # Two of one place differ where a damaged header leads to the numbers of another part.
        self._ranges: set[_Range] = set()

    def add(self, name: str, start: int, size: int, crc: int) -> None:
        """Note a checksum.

        Parameters
        ----------
        name : str
            Of the part, for the error.
        start, size : int
            Where it is, in bytes.
        crc : int
            What its CRC-32 should be.
        """
        self._ranges.add(_Range(name, start, size, crc))

    def wrong(self, memory: mmap.mmap) -> str | None:
        """Read all parts that have not been read yet.

        Parameters
        ----------
        memory : mmap
            The file.

        Returns
        -------
        name : str or None
            The first part whose checksum is wrong; None if all are right.
        """
        wrong: list[_Range] = []

        def read(each: _Range) -> None:
            crc, end = 0, each.start + each.size
            for start in range(each.start, end, BLOCK_BYTES):
                stop = min(start + BLOCK_BYTES, end)
                with memoryview(memory) as view:
                    crc = zlib.crc32(view[start:stop], crc)
                _release(memory, start, stop)
            if crc != each.crc:
                wrong.append(each)

        # the largest first, so that no thread is left with it at the end
        thread_pool.for_each(read, sorted(self._ranges, key=lambda each: -each.size))
        self._ranges = set(wrong)
        return min(wrong, key=lambda each: each.start).name if wrong else None


def _release(memory: mmap.mmap, start: int, stop: int) -> None:
    """Free the memory of what was read; what is used again is read again."""
    if hasattr(memory, "madvise"):  # not on Windows, which frees it when memory is short
        first = start - start % mmap.PAGESIZE
        memory.madvise(mmap.MADV_DONTNEED, first, stop - first)


def wrong_checksum(name: str) -> str:
    """The sentence about a part of a file whose checksum is wrong.

    Parameters
    ----------
    name : str
        Of the part.

    Returns
    -------
    sentence : str
        To follow the name of the file.
    """
    return f"it is damaged: the checksum of {name} in it is wrong; download or copy it again"
