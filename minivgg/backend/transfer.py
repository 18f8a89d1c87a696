"""Batches on their way to the device: on the GPU the next one is copied while the one before is worked on."""

from collections import deque
from functools import cache

import numpy as np

from minivgg.backend.devices import cupy, require

COPIES = 3  # batches whose copy to the GPU may be under way or just done


def prefetch_to_device(batches, device):
    """Each batch, a tuple of NumPy arrays, on ``device``. To the GPU the next one is copied while the one before is worked on.

    The copy runs on a stream of its own, from memory that the operating system cannot move (pinned). It begins after everything that was
    asked for when the batch before was handed out, since its memory may be that of an older batch.
    """
    if require(device) == "cpu":
        yield from batches
        return
    cuda, side = cupy().cuda, _side_stream()
    copying = deque()  # (event, pinned memory), to be kept until the copy is done

    def copy(batch):
        side.wait_event(cuda.get_current_stream().record())
        pinned = [_pinned(a) for a in batch]
        with side:
            arrays = tuple(cupy().empty(a.shape, a.dtype) for a in pinned)
            for array, a in zip(arrays, pinned, strict=True):
                array.set(a, stream=side)
        copying.append((side.record(), pinned))
        return arrays

    ahead = None
    try:
        for batch in batches:
            following = copy(batch), copying[-1][0]
            if ahead is not None:
                yield _after(ahead)
            ahead = following
            while len(copying) > COPIES:
                copying[0][0].synchronize()
                copying.popleft()
        if ahead is not None:
            yield _after(ahead)
    finally:
        for event, _ in copying:
            event.synchronize()


@cache
def _side_stream():
    """One for the process: CuPy keeps memory for each stream."""
    return cupy().cuda.Stream(non_blocking=True)


def _after(copied):
    """The arrays, for work that is asked for from now on: it waits for the copy."""
    arrays, done = copied
    cupy().cuda.get_current_stream().wait_event(done)
    return arrays


def _pinned(a):
    memory = cupy().cuda.alloc_pinned_memory(max(1, a.nbytes))
    copy = np.frombuffer(memory, a.dtype, a.size).reshape(a.shape)
    copy[...] = a
    return copy
