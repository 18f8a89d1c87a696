"""A memory pool: memory of arrays that are no longer referenced is used again for new arrays.

A large new array from the operating system costs more than the arithmetic on it: every page must
be found, cleared and mapped at its first use. A training step makes the same arrays each time, so
their buffers are kept. An array made here is like any other. Its buffer goes back to the free list
when the last array that shares it, every view and slice included, is deleted.
"""

import threading
from bisect import bisect_left, insort
from collections import deque
from math import prod

import numpy as np

import minivgg.backend.resources as resources
from minivgg.backend.devices import cupy, device_of
from minivgg.backend.tuning import get_tuning

MIN_POOLED_BYTES = 1 << 16  # below that malloc keeps memory itself
MAX_SIZE_RATIO = 4  # a request may be served by a buffer up to this many times as large,
MAX_EXCESS_BYTES = 48 << 20  # or up to this many bytes larger
CACHE_LINE_BYTES = 64
MIN_CHECKED_BYTES = 1 << 28  # from this size on, the free memory is checked first

_lock = threading.Lock()
# Buffers without references that are not yet in the free list. Any thread can return one, even
# while the lock is held, since a garbage collection can happen anywhere.
_returned = deque()
_free_list = []  # free buffers: (bytes, id, request at which it was returned, buffer), by size
_requests = 0  # how many there have been


class _PooledBuffer(np.ndarray):
    """What all arrays over one buffer keep alive: NumPy's chain of bases ends at another class."""

    def __del__(self):
        if type(self.base) is np.ndarray:  # the buffer; the base of a view is a _PooledBuffer
            _returned.append(self.base)


def empty(shape, dtype=np.float32):
    """As ``np.empty``, in memory that may have been used before. It starts at a cache line."""
    dtype = np.dtype(dtype)
    size = prod(shape) * dtype.itemsize
    if size < MIN_POOLED_BYTES:
        return np.empty(shape, dtype)
    if size > MIN_CHECKED_BYTES:
        _require_memory(size, shape)
    buffer = _allocate(size).view(_PooledBuffer)
    return np.ndarray(shape, dtype, buffer.view())  # NumPy skips a base that is itself a view


def empty_like(x, dtype=None):
    """An array with the shape, device, dtype (or another) and order in memory of ``x``."""
    if x.ndim == 4 and channels_are_last(x):
        return new_images(x, x.shape, dtype)
    return new_empty(x, x.shape, dtype)


def new_empty(like, shape, dtype=None):
    """An array of ``shape`` in C order, with the device and dtype (or another) of ``like``."""
    make = empty if device_of(like) == "cpu" else cupy().empty
    return make(shape, dtype or like.dtype)


def new_images(like, shape, dtype=None):
    """As ``new_empty``, for images of ``shape`` (N, C, H, W) with the channels last in memory."""
    n, c, h, w = shape
    return new_empty(like, (n, h, w, c), dtype).transpose(0, 3, 1, 2)


def channels_are_last(x):
    """Whether images x (N, C, H, W) lie in memory without gaps in the order (N, H, W, C)."""
    return x.transpose(0, 2, 3, 1).flags.c_contiguous


def cached_bytes():
    """How many bytes the free buffers have."""
    with _lock:
        _update_free_list()
        return sum(size for size, *_ in _free_list)


def empty_cache():
    """Give all free buffers back to the operating system."""
    with _lock:
        _update_free_list()
        _free_list.clear()


def _allocate(size):
    """The smallest free buffer that is large enough and not far too large; else a new one."""
    with _lock:
        _update_free_list()
        i = bisect_left(_free_list, (size,))
        most = max(MAX_SIZE_RATIO * size, size + MAX_EXCESS_BYTES)
        if i < len(_free_list) and _free_list[i][0] <= most:
            return _free_list.pop(i)[3]
    try:
        return _new_buffer(size)
    except MemoryError:
        empty_cache()
        return _new_buffer(size)


def _new_buffer(size):
    whole = np.empty(size + CACHE_LINE_BYTES, np.uint8)
    start = -whole.ctypes.data % CACHE_LINE_BYTES
    return whole[start : start + size]


def _require_memory(size, shape):
    """Refuse an array that does not fit: the system would grant it and end the process later."""
    left = resources.memory()
    if left is not None and size > left + cached_bytes():
        raise MemoryError(
            f"an array of shape {tuple(shape)} needs {size / 2**30:.1f} GiB of memory, and "
            f"{left / 2**30:.1f} GiB are left: use a smaller batch or smaller images"
        )


def _update_free_list():
    """Add the buffers that were returned, and give up those that were free for too long."""
    global _requests
    _requests += 1
    while _returned:
        buffer = _returned.popleft()
        insort(_free_list, (buffer.nbytes, id(buffer), _requests, buffer))
    most = get_tuning().max_idle_requests
    if _requests % most == 0:
        _free_list[:] = [entry for entry in _free_list if _requests - entry[2] < most]
