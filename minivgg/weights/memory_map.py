"""Arrays that view a file mapped into memory, or what was unpacked from it."""

from math import prod
from mmap import mmap
from typing import TypeAlias

import numpy as np

from minivgg import backend
from minivgg.backend.types import Shape

MAX_FILE_BYTES = 1 << 48  # no file is larger
MAX_AXES = 8
UNPACKED_BYTES = 64 << 20  # how much any file may become when it is unpacked
UNPACKED_SHARE = 1100  # a larger file: this many times its size, which is deflate's limit
Buffer: TypeAlias = mmap | bytes  # a mapped file, or the unpacked bytes of a part of it
Contents: TypeAlias = tuple[dict[str, np.ndarray], dict[str, str]]  # arrays, metadata


class CorruptFileError(Exception):
    """What is wrong with a file, phrased to follow its name."""


class Budget:
    """How much memory the compressed or converted arrays of a file may take.

    Parameters
    ----------
    file_bytes : int
        The size of the file.
    """

    def __init__(self, file_bytes: int) -> None:
        self._plausible = max(UNPACKED_BYTES, UNPACKED_SHARE * file_bytes)
        self._free = backend.free_memory("cpu")
        self._taken = 0

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
            If a file of this size cannot hold so much, or so much memory is not free.
        """
        self._taken += count
        if not 0 <= self._taken <= self._plausible:
            raise CorruptFileError(
                f"{name} would take {count:,} bytes, more than a file of this size can hold"
            )
        if self._free is not None and self._taken > self._free:
            raise CorruptFileError(
                f"{name} needs {count:,} bytes when it is unpacked, and only {self._free:,} bytes "
                "of memory are free"
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
