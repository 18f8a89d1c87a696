"""A check of the heaps of an HDF5 file in which texts lie, before libhdf5 reads them.

Where a damaged heap has an object of no length, libhdf5 (2.0 and before) reads the same object
forever, and nothing can stop it.
"""

import mmap

from minivgg.weights.memory_map import CorruptFileError
from minivgg.weights.zip_archive import Part

HEAP = b"GCOL\x01"  # the signature and the version of a global heap
HEAP_HEADER_BYTES = OBJECT_HEADER_BYTES = 16
LENGTH_BYTES = 8  # of the numbers in the structures, as Keras and h5py write it
WHERE_LENGTH_BYTES = {0: 14, 1: 14, 2: 10, 3: 10}  # by the version of the superblock


def check_heaps(part: Part) -> int:
    """Raise an error where a heap would be read without an end.

    Parameters
    ----------
    part : Part
        Where the HDF5 file is.

    Returns
    -------
    largest : int
        The bytes of the longest text that a heap can hold.

    Raises
    ------
    CorruptFileError
        If a heap is damaged in this way, or the file is of a form that cannot be checked.
    """
    buffer, start, size = part
    end = start + size
    head = buffer[start : start + 16]
    if len(head) < 16 or head[WHERE_LENGTH_BYTES.get(head[8], 0)] != LENGTH_BYTES:
        raise CorruptFileError("it is truncated or damaged: it does not begin as h5py writes it")
    largest = 0
    at = buffer.find(HEAP, start, end)
    while at >= 0:
        heap_end = min(end, at + _number(part, at + 8))
        place = at + HEAP_HEADER_BYTES
        while place + OBJECT_HEADER_BYTES <= heap_end:
            length = _number(part, place + 8)
            if buffer[place : place + 2] != b"\0\0":  # not the free space at the end
                largest = max(largest, length)
                length = (OBJECT_HEADER_BYTES + -(-length // 8) * 8) % 2**64
            if not length:
                raise CorruptFileError("it is damaged: one of its heaps has an object of no length")
            place += length
        at = buffer.find(HEAP, at + 1, end)
    if isinstance(buffer, mmap.mmap) and hasattr(buffer, "madvise"):
        buffer.madvise(mmap.MADV_DONTNEED)  # the search has read the whole file
    return min(largest, size)


def _number(part: Part, at: int) -> int:
    return int.from_bytes(part.buffer[at : at + LENGTH_BYTES], "little")
