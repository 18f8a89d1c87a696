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
from minivgg.backend.types import Array, DType, Shape

MIN_POOLED_BYTES = 1 << 16  # below that malloc keeps memory itself
MAX_SIZE_RATIO = 4  # a request may be served by a buffer up to this many times as large,
MAX_EXCESS_BYTES = 48 << 20  # or up to this many bytes larger
CACHE_LINE_BYTES = 64
MIN_CHECKED_BYTES = 1 << 28  # from this size on, the free memory is checked first

_lock = threading.Lock()
# Buffers without references that are not yet in the free list. Any thread can return one, even
# while the lock is held, since a garbage collection can happen anywhere.
_returned: deque[np.ndarray] = deque()
# Free buffers by size: (bytes, id, request at which it was returned, buffer).
_free_list: list[tuple[int, int, int, np.ndarray]] = []
_requests = 0  # how many there have been


class _PooledBuffer(np.ndarray):
    """What all arrays over one buffer keep alive: NumPy's chain of bases ends at another class."""

    def __del__(self) -> None:
        if type(self.base) is np.ndarray:  # the buffer; the base of a view is a _PooledBuffer
            _returned.append(self.base)


def empty(shape: Shape, dtype: DType = np.float32) -> np.ndarray:
    """As ``np.empty``, in memory that may have been used before.

    Parameters
    ----------
    shape : tuple
        The sizes of the axes.
    dtype : dtype
        Of the array.

    Returns
    -------
    x : ndarray
        In C order; large arrays start at a cache line.

    Raises
    ------
    MemoryError
        If the array would not fit. The message says how much memory is left.
    """
    dtype = np.dtype(dtype)
    size = prod(shape) * dtype.itemsize
    if size < MIN_POOLED_BYTES:
        return np.empty(shape, dtype)
    if size > MIN_CHECKED_BYTES:
        _require_memory(size, shape)
    buffer = _allocate(size).view(_PooledBuffer)
    return np.ndarray(shape, dtype, buffer.view())  # NumPy skips a base that is itself a view


def empty_like(x: Array, dtype: DType | None = None) -> Array:
    """An array like x, with the same order in memory.

    Parameters
    ----------
    x : array
        It gives shape, device and dtype. Its order in memory is kept if it is C order or, for
        images, channels last; else the new array is in C order.
    dtype : dtype, optional
        Another than that of x.

    Returns
    -------
    empty : array
        Without defined contents.
    """
    if x.ndim == 4 and channels_are_last(x):
        return new_images(x, x.shape, dtype)
    return new_empty(x, x.shape, dtype)


def new_empty(like: Array, shape: Shape, dtype: DType | None = None) -> Array:
    """An array in C order on the device of another array.

    Parameters
    ----------
    like : array
        It gives device and dtype.
    shape : tuple
        The sizes of the axes.
    dtype : dtype, optional
        Another than that of ``like``.

    Returns
    -------
    empty : array
        Without defined contents.
    """
    make = empty if device_of(like) == "cpu" else cupy().empty
    return make(shape, dtype or like.dtype)


def new_images(like: Array, shape: Shape, dtype: DType | None = None) -> Array:
    """As ``new_empty``, for images with the channels last in memory.

    Parameters
    ----------
    like : array
        It gives device and dtype.
    shape : tuple
        (N, C, H, W).
    dtype : dtype, optional
        Another than that of ``like``.

    Returns
    -------
    empty : array of shape (N, C, H, W)
        In memory (N, H, W, C), without defined contents.
    """
    n, c, h, w = shape
    return new_empty(like, (n, h, w, c), dtype).transpose(0, 3, 1, 2)


def channels_are_last(x: Array) -> bool:
    """Whether images lie in memory with the channels last and without gaps.

    Parameters
    ----------
    x : array of shape (N, C, H, W)
        Images.

    Returns
    -------
    last : bool
        Whether the order in memory is (N, H, W, C).
    """
    return x.transpose(0, 2, 3, 1).flags.c_contiguous


def cached_bytes() -> int:
    """The memory of the free buffers.

    Returns
    -------
    memory : int
        In bytes.
    """
    with _lock:
        _update_free_list()
        return sum(size for size, *_ in _free_list)


def empty_cache() -> None:
    """Give all free buffers back to the operating system."""
    with _lock:
        _update_free_list()
        _free_list.clear()


def _allocate(size: int) -> np.ndarray:
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


def _new_buffer(size: int) -> np.ndarray:
    """``size`` bytes of new memory, which start at a cache line."""
    whole = np.empty(size + CACHE_LINE_BYTES, np.uint8)
    start = -whole.ctypes.data % CACHE_LINE_BYTES
    return whole[start : start + size]


def _require_memory(size: int, shape: Shape) -> None:
    """Refuse an array that does not fit: the system would grant it and end the process later."""
    left = resources.memory()
    if left is not None and size > left + cached_bytes():
        raise MemoryError(
            f"an array of shape {tuple(shape)} needs {size / 2**30:.1f} GiB of memory, and "
            f"{left / 2**30:.1f} GiB are left: use a smaller batch or smaller images"
        )


def _update_free_list() -> None:
    """Add the buffers that were returned, and give up those that were free for too long."""
    global _requests
    _requests += 1
    while _returned:
        buffer = _returned.popleft()
        insort(_free_list, (buffer.nbytes, id(buffer), _requests, buffer))
    most = get_tuning().max_idle_requests
    if _requests % most == 0:
        _free_list[:] = [entry for entry in _free_list if _requests - entry[2] < most]
