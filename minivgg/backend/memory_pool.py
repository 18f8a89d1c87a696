"""Floor 0: memory for results, used again once nobody holds it.

A large array fresh from the operating system costs more than the arithmetic on it: every page must be found, cleared and mapped at
the first touch. A training step makes the same arrays each time, so their memory is kept. An array made here looks like any other. Its
memory goes back to the shelf when the last array that shares it, every view and slice included, is gone; who still holds one
keeps it.
"""

import threading
from bisect import bisect_left, insort
from collections import deque
from math import prod

import numpy as np

from minivgg.backend import devices, resources

SMALLEST = 1 << 16  # bytes; below that malloc keeps memory itself
SLACK = 4  # a request may be served by a piece up to this many times as large,
EXCESS = 48 << 20  # or by so many bytes larger
PATIENCE = 2000  # requests; a piece that none of so many could use is given up

LINE = 64  # bytes of a line of the cache
LARGE = 1 << 28  # bytes from which it is first asked whether there is so much memory

_lock = threading.Lock()
_returned = deque()  # pieces that just came back, in any thread and even while the lock is held (a collection can happen anywhere)
_shelf = []  # pieces that nobody holds: (bytes, id, time of return, array of bytes), smallest first
_requests = 0  # our clock


class _Lease(np.ndarray):
    """What all arrays over one piece of memory keep alive: being of its own class, it is where NumPy's chain of bases ends."""

    def __del__(self):
        if type(self.base) is np.ndarray:  # the piece; the base of a view of a lease is the lease
            _returned.append(self.base)


def empty(shape, dtype=np.float32):
    """An array like ``np.empty``'s, with memory that may have been used before. It starts at a line of the cache."""
    dtype = np.dtype(dtype)
    size = prod(shape) * dtype.itemsize
    if size < SMALLEST:
        return np.empty(shape, dtype)
    if size > LARGE:
        _require(size, shape, dtype)
    return np.ndarray(
        shape, dtype, _take(size).view(_Lease).view()
    )  # twice: a base that is an array's view is passed over


def empty_like(x, dtype=None):
    """An array of the shape, device, dtype (or another) and order of axes in memory of ``x``, to be filled."""
    return (
        images(x, x.shape, dtype)
        if x.ndim == 4 and channels_are_last(x)
        else new(x, x.shape, dtype)
    )


def new(like, shape, dtype=None):
    """An array of ``shape`` in C order, to be filled, on the device and with the dtype (or another) of ``like``."""
    dtype = dtype or like.dtype
    return (
        empty(shape, dtype)
        if devices.device_of(like) == "cpu"
        else devices.namespace(like).empty(shape, dtype)
    )


def images(like, shape, dtype=None):
    """As ``new``, for images of ``shape`` (N, C, H, W) with the channels last in memory: the order that the operations like best."""
    n, c, h, w = shape
    return new(like, (n, h, w, c), dtype).transpose(0, 3, 1, 2)


def channels_are_last(x):
    """Whether images x (N, C, H, W) lie in memory without gaps in the order (N, H, W, C)."""
    return x.transpose(0, 2, 3, 1).flags.c_contiguous


def kept():
    """How many bytes are on the shelf, waiting to be used again."""
    with _lock:
        _tidy()
        return sum(have for have, *_ in _shelf)


def release():
    """Give all memory that nobody holds back to the operating system."""
    with _lock:
        _tidy()
        _shelf.clear()


def _take(size):
    """The smallest piece that is large enough and not far too large; else a new one."""
    with _lock:
        _tidy()
        place = bisect_left(_shelf, (size,))
        if place < len(_shelf) and _shelf[place][0] <= max(SLACK * size, size + EXCESS):
            return _shelf.pop(place)[3]
    try:
        return _aligned(size)
    except MemoryError:
        release()
        return _aligned(size)


def _aligned(size):
    whole = np.empty(size + LINE, np.uint8)
    start = -whole.ctypes.data % LINE
    return whole[start : start + size]


def _require(size, shape, dtype):
    """Refuse at once what would be killed by the operating system later: it grants more memory than there is."""
    room = resources.memory()
    if room is not None and size > room + kept():
        raise MemoryError(
            f"an array of shape {tuple(shape)} needs {size / 2**30:.1f} GiB of memory, and {room / 2**30:.1f} GiB are left: "
            "use a smaller batch or smaller images"
        )


def _tidy():
    """Put what came back on the shelf, and throw out what has lain there for too long."""
    global _requests
    _requests += 1
    while _returned:
        piece = _returned.popleft()
        insort(_shelf, (piece.nbytes, id(piece), _requests, piece))
    if _requests % PATIENCE == 0:
        _shelf[:] = [entry for entry in _shelf if _requests - entry[2] < PATIENCE]
