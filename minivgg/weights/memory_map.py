"""Arrays that show a file mapped into memory."""

from math import prod

import numpy as np

LARGEST = 1 << 48  # bytes: no file is larger


class CorruptFileError(Exception):
    """What is wrong with a file, to be said after its name."""


def view_at(memory, name, offset, dtype, shape, strides=None):
    """The array of this dtype, shape and strides (bytes; default: C order) at ``offset`` in a mapped file; nothing is read yet.

    Raises ``CorruptFileError`` where it would not lie within the file, or show a number twice.
    """
    if len(shape) > 8 or any(not 0 <= n <= LARGEST for n in (offset, *shape, *(strides or ()))):
        raise CorruptFileError(f"{name} has an impossible shape or place")
    if strides is None:
        strides = tuple(prod(shape[axis + 1 :]) * dtype.itemsize for axis in range(len(shape)))
    if not prod(shape):
        return np.zeros(shape, dtype)
    last = sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True))
    strides = tuple(
        dtype.itemsize if n == 1 else stride for n, stride in zip(shape, strides, strict=True)
    )  # never taken
    if min(strides, default=1) < 1 or prod(shape) * dtype.itemsize > last + dtype.itemsize:
        raise CorruptFileError(
            f"{name}, {shape} numbers {strides} bytes apart, would show numbers twice"
        )
    if offset + last + dtype.itemsize > len(memory):
        raise CorruptFileError(
            f"it is truncated: {name} would end at byte {offset + last + dtype.itemsize:,} of {len(memory):,}"
        )
    return np.ndarray(shape, dtype, memory, offset, strides)
