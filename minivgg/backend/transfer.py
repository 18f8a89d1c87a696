"""Copying batches to the device: the GPU gets the next one while it works on the one before."""

from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from minivgg.backend.devices import cupy, resolve
from minivgg.backend.types import Array

if TYPE_CHECKING:
    from cupy.cuda import Event, Stream

Batch: TypeAlias = tuple[Array, ...]

MAX_COPIES = 3  # batches whose copy to the GPU may be under way or just done


def prefetch_to_device(batches: Iterable[Batch], device: str) -> Iterator[Batch]:
    """Move batches to a device, each ahead of its use.

    The copy of the next batch to the GPU runs during the work on the one before, on a stream of its
    own and from memory that the operating system cannot move (pinned). It begins after everything
    that was enqueued when the batch before was yielded, since its memory may be that of an older
    batch.

    Parameters
    ----------
    batches : iterable of tuples
        Each batch is a tuple of NumPy arrays.
    device : str
        As for ``use``.

    Yields
    ------
    batch : tuple of array
        The same arrays on the device.
    """
    if resolve(device) == "cpu":
        yield from batches
        return
    cuda = cupy().cuda
    copy_stream = _copy_stream(cupy(), cuda.runtime.getDevice())
    # The pinned memory must live until the event: the end of the copy.
    copying: deque[tuple[Event, list[Array]]] = deque()

    def copy(batch: Batch) -> Batch:
        copy_stream.wait_event(cuda.get_current_stream().record())
        pinned = [_pinned(a) for a in batch]
        with copy_stream:
            arrays = tuple(cupy().empty(a.shape, a.dtype) for a in pinned)
            for array, a in zip(arrays, pinned, strict=True):
                array.set(a, stream=copy_stream)
        copying.append((copy_stream.record(), pinned))
        return arrays

    ahead = None
    try:
        for batch in batches:
            following = copy(batch), copying[-1][0]
            if ahead is not None:
                yield _after(ahead)
            ahead = following
            while len(copying) > MAX_COPIES:
                copying[0][0].synchronize()
                copying.popleft()
        if ahead is not None:
            yield _after(ahead)
    finally:
        for event, _ in copying:
            event.synchronize()


@cache
def _copy_stream(library: ModuleType, card: int) -> "Stream":
    """One for each card, since CuPy keeps memory for each stream; ``library`` is CuPy.

    A stream belongs to the card that is the current one when it is made: ``card``.
    """
    return library.cuda.Stream(non_blocking=True)


def _after(copied: tuple[Batch, "Event"]) -> Batch:
    """The arrays of a copy; work that is enqueued from now on waits for it."""
    arrays, done = copied
    cupy().cuda.get_current_stream().wait_event(done)
    return arrays


def _pinned(a: Array) -> Array:
    """A copy in memory that the operating system cannot move."""
    memory = cupy().cuda.alloc_pinned_memory(max(1, a.nbytes))
    copy = np.frombuffer(memory, a.dtype, a.size).reshape(a.shape)
    copy[...] = a
    return copy
