"""Arrays that view a file mapped into memory, or what was unpacked from it."""

from collections.abc import Mapping
from math import prod
from mmap import mmap
from typing import TypeAlias

import numpy as np

from minivgg import backend
from minivgg.backend.types import Shape
from minivgg.weights.checksums import Checksums

MAX_FILE_BYTES = 1 << 48  # no file is larger
MAX_AXES = 8
UNPACKED_BYTES = 64 << 20  # how much any file may become when it is unpacked
UNPACKED_SHARE = 20  # a larger file: this many times its size; weights hardly can be compressed
WIDENED_SHARE = 4  # where the net is known; numbers of 8 bits become float32
SPARE_BYTES = 100 << 20  # of arrays that the net does not have
MAX_ARRAYS = 10_000  # of a file: a large net with the optimizer's state has 2,000
MAX_NAME = 1000  # characters of the name of an array
MAX_STEPS = 1_000_000  # of a search through what a file holds
Buffer: TypeAlias = mmap | bytes  # a mapped file, or the unpacked bytes of a part of it
Contents: TypeAlias = tuple[dict[str, np.ndarray], dict[str, str]]  # arrays, metadata


class CorruptFileError(Exception):
    """What is wrong with a file, phrased to follow its name."""


class Budget:
    """How much memory the arrays of a file may take, and how much work its reader may have.

    Parameters
    ----------
    file_bytes : int
        The size of the file.
    net_bytes : int, optional
        The size of the net that the arrays are for, if it is known.
    """

    def __init__(self, file_bytes: int, net_bytes: int | None = None) -> None:
        self._file_bytes, self._net_bytes = file_bytes, net_bytes
        if net_bytes is None:
            self._most = max(UNPACKED_BYTES, UNPACKED_SHARE * file_bytes)
        else:
            self._most = max(net_bytes + SPARE_BYTES, WIDENED_SHARE * file_bytes)
        self._free = backend.free_memory("cpu")
        self._taken = self._steps = 0
        self.checksums = Checksums()  # of what the reader has found, but not read

    def take(self, name: str, count: int) -> None:
        """Take memory, before it is used.

        Parameters
        ----------
        name : str
            What it is for.
        count : int
            In bytes.

        Raises
        ------
        CorruptFileError
            If a file of this size cannot hold so much, the net does not need so much, or so much
            memory is not free.
        """
        self._taken += count
        if not 0 <= self._taken <= self._most:
            raise CorruptFileError(self._too_much(f"{name} would take {count:,} bytes"))
        if self._free is not None and self._taken > self._free:
            raise CorruptFileError(
                f"{name} needs {count:,} bytes when it is unpacked, and only {self._free:,} bytes "
                "of memory are free"
            )

    def add_file(self, file_bytes: int) -> None:
        """Take another file into account, in which arrays of this one are.

        Parameters
        ----------
        file_bytes : int
            Its size.
        """
        self._file_bytes += file_bytes

    def check_total(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Check that all arrays together take no more memory than is plausible.

        Parameters
        ----------
        arrays : mapping of str to array
            Of the file. Those that view it need memory when they are copied.

        Raises
        ------
        CorruptFileError
            If there are too many, a name is too long, or they have more bytes than the file:
            arrays may have bytes in common, as tied weights do, but not many times.
        """
        self.count(len(arrays))
        longest = max(map(len, arrays), default=0)
        if longest > MAX_NAME:
            raise CorruptFileError(f"it has an array whose name has {longest:,} characters")
        total = sum(array.nbytes for array in arrays.values())
        if total > max(UNPACKED_BYTES, 2 * self._file_bytes + self._taken):
            raise CorruptFileError(self._too_much(f"its arrays would take {total:,} bytes"))

    def count(self, arrays: int) -> None:
        """Check a number of arrays, before they are looked at.

        Parameters
        ----------
        arrays : int
            How many the file has.

        Raises
        ------
        CorruptFileError
            If they are too many.
        """
        if arrays > MAX_ARRAYS:
            raise CorruptFileError(f"it has {arrays:,} arrays; at most {MAX_ARRAYS:,} are read")

    def spend(self, steps: int) -> None:
        """Count what is iterated over, before it is.

        Parameters
        ----------
        steps : int
            How many entries there are.

        Raises
        ------
        CorruptFileError
            If there are too many of them altogether.
        """
        self._steps += steps
        if self._steps > MAX_STEPS:  # one list many times, in a small file
            raise CorruptFileError(f"to search it takes more than {MAX_STEPS:,} steps")

    def _too_much(self, what: str) -> str:
        if self._net_bytes is None or self._taken <= self._most:
            return f"{what}, far more than the weights in a file of {self._file_bytes:,} bytes do"
        return (
            f"{what}, far more than the net, which has {self._net_bytes:,}, and than a file of "
            f"{self._file_bytes:,} bytes should hold"
        )


def view_at(
    memory: Buffer,
    name: str,
    offset: int,
    dtype: np.dtype,
    shape: Shape,
    strides: tuple[int, ...] | None = None,
) -> np.ndarray:
    """The array of this dtype and shape in a mapped file; nothing is read yet.

    Parameters
    ----------
    memory : mmap or bytes
        The file, or an unpacked part of it.
    name : str
        Of the array, for the errors.
    offset : int
        Where it begins, in bytes.
    dtype : dtype
        Of its numbers.
    shape : tuple of int
        With at most 8 axes.
    strides : tuple of int, optional
        In bytes (default: C order).

    Returns
    -------
    array
        A read-only view of the file.

    Raises
    ------
    CorruptFileError
        If the array would not lie within the file, or would contain the same bytes twice.
    """
    numbers = (offset, *shape, *(strides or ()))
    if len(shape) > MAX_AXES or any(not 0 <= n <= MAX_FILE_BYTES for n in numbers):
        raise CorruptFileError(f"{name} has an impossible shape or offset")
    item = dtype.itemsize
    if strides is None:
        strides = tuple(prod(shape[axis + 1 :]) * item for axis in range(len(shape)))
    if not prod(shape):
        return np.zeros(shape, dtype)
    last = sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True))
    # the stride of an axis of length 1 is never used, and may be anything
    strides = tuple(item if n == 1 else s for n, s in zip(shape, strides, strict=True))
    if min(strides, default=1) < 1 or prod(shape) * item > last + item:
        raise CorruptFileError(
            f"{name}, of shape {shape} and strides {strides}, would contain the same bytes twice"
        )
    end = offset + last + item
    if end > len(memory):
        raise CorruptFileError(
            f"it is truncated: {name} would end at byte {end:,} of {len(memory):,}"
        )
    return np.ndarray(shape, dtype, memory, offset, strides)
