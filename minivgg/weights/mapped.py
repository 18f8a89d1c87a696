"""Arrays that show a file mapped into memory."""

from math import prod

import numpy as np


class Damaged(Exception):
    """What is wrong with a file, to be said after its name."""


def placed(memory, name, offset, dtype, shape, strides=None):
    """The array of this dtype, shape and strides (bytes; default: C order) at ``offset`` in a mapped file; nothing is read yet.

    Raises ``Damaged`` where it would not lie within the file, or show a number twice.
    """
    if len(shape) > 8 or any(n < 0 for n in shape):
        raise Damaged(f"{name} has the impossible shape {shape}")
    if strides is None:
        strides = tuple(prod(shape[axis + 1 :]) * dtype.itemsize for axis in range(len(shape)))
    if not prod(shape):
        return np.zeros(shape, dtype)
    last = sum((n - 1) * stride for n, stride in zip(shape, strides, strict=True))
    if min(strides, default=1) < 1 or prod(shape) * dtype.itemsize > last + dtype.itemsize:
        raise Damaged(f"{name}, {shape} numbers {strides} bytes apart, would show numbers twice")
    if offset < 0 or offset + last + dtype.itemsize > len(memory):
        raise Damaged(f"it is truncated: {name} would end at byte {offset + last + dtype.itemsize:,} of {len(memory):,}")
    return np.ndarray(shape, dtype, memory, offset, strides)
