"""Arrays that view a file mapped into memory."""

from math import prod
from mmap import mmap
from typing import TypeAlias

import numpy as np

from minivgg.backend.types import Shape

MAX_FILE_BYTES = 1 << 48  # no file is larger
MAX_AXES = 8
Contents: TypeAlias = tuple[dict[str, np.ndarray], dict[str, str]]  # arrays, metadata


class CorruptFileError(Exception):
    """What is wrong with a file, phrased to follow its name."""


def view_at(
    memory: mmap,
    name: str,
    offset: int,
    dtype: np.dtype,
    shape: Shape,
    strides: tuple[int, ...] | None = None,
) -> np.ndarray:
    """The array of this dtype and shape in a mapped file; nothing is read yet.

    Parameters
    ----------
    memory : mmap
        The file.
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
