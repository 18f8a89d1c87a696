"""Copying batches to the device: the GPU gets the next one while it works on the one before."""

from collections import deque
from functools import cache

import numpy as np

from minivgg.backend.devices import cupy, resolve

MAX_COPIES = 3  # batches whose copy to the GPU may be under way or just done


def prefetch_to_device(batches, device):
    """Yield each batch, a tuple of NumPy arrays, on ``device``.

    The copy of the next batch to the GPU runs during the work on the one before, on a stream of its
    own and from memory that the operating system cannot move (pinned). It begins after everything
    that was enqueued when the batch before was yielded, since its memory may be that of an older
    batch.
    """
    if resolve(device) == "cpu":
        yield from batches
        return
    cuda, copy_stream = cupy().cuda, _copy_stream(cupy())
    copying = deque()  # (event, pinned memory): the memory must live until the copy is done

    def copy(batch):
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
def _copy_stream(library):
    """One for the process, since CuPy keeps memory for each stream; ``library`` is CuPy."""
    return library.cuda.Stream(non_blocking=True)


def _after(copied):
    """The arrays of a copy; work that is enqueued from now on waits for it."""
    arrays, done = copied
    cupy().cuda.get_current_stream().wait_event(done)
    return arrays


def _pinned(a):
    memory = cupy().cuda.alloc_pinned_memory(max(1, a.nbytes))
    copy = np.frombuffer(memory, a.dtype, a.size).reshape(a.shape)
    copy[...] = a
    return copy
