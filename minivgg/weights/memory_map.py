"""Arrays that view a file mapped into memory."""

from math import prod

import numpy as np

MAX_FILE_BYTES = 1 << 48  # no file is larger
MAX_AXES = 8


class CorruptFileError(Exception):
    """What is wrong with a file, phrased to follow its name."""


def view_at(memory, name, offset, dtype, shape, strides=None):
    """Return the array of this dtype and shape at ``offset`` in a mapped file; nothing is read yet.

    strides: in bytes (default: C order). Raises ``CorruptFileError`` where the array would not lie
    within the file, or would contain the same bytes twice.
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
