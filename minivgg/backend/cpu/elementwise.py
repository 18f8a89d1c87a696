"""Floor 1: passes over arrays, number by number, in blocks on all threads."""

import numpy as np

from minivgg.backend import devices, memory_pool, thread_pool
from minivgg.backend.blocks import parts

BLOCK = 1 << 16  # numbers at a time: what several arrays can have in a core's cache at once


def each(function, *arrays):
    """Call ``function`` with the same part of all arrays, part after part, as 1-D views: for what treats each number by itself.

    The arrays have one shape and are on one device. Where they do not lie in memory in the same order without gaps, and on the GPU,
    the function gets them whole.
    """
    flat = [_flat(a) for a in arrays]
    same = all(a.shape == arrays[0].shape and a.strides == arrays[0].strides for a in arrays)
    if devices.device_of(arrays[0]) != "cpu" or not same or any(f is None for f in flat):
        function(*arrays)
        return
    thread_pool.for_each(
        lambda part: function(*(f[part] for f in flat)), parts(flat[0].size, BLOCK)
    )


def where_positive(y, dy, dx, mask=None):
    """Fill dx with dy where y > 0, else with 0; dx may be dy. mask: memory for the comparison, of dtype bool.

    The bits as integers, times 0 or 1: ∞ · 0 is 0, at a tenth of the time of ``where``.
    """
    bits = f"i{dy.itemsize}"
    np.multiply(dy.view(bits), np.greater(y, 0, out=mask), out=dx.view(bits))


def relu_gradient(y, dy, dx):
    """``where_positive`` for whole arrays."""
    each(where_positive, y, dy, dx)


def dropout(x, p, scale, stream):
    """y = x · mask, and mask: 0 with probability p, else ``scale``."""
    mask, y = (
        stream.random(dtype=x.dtype, out=memory_pool.new(x, x.shape)),
        memory_pool.empty_like(x),
    )

    def drop(x, mask, y):
        np.multiply(mask >= p, x.dtype.type(scale), out=mask)
        np.multiply(x, mask, out=y)

    each(drop, x, mask, y)
    return y, mask


def stray_label(labels, classes):
    """A label that is not in 0..classes−1, or None where all are."""
    low, high = int(labels.min()), int(labels.max())
    return low if low < 0 else high if high >= classes else None


def sgd(steps, lr, momentum, weight_decay, nesterov):
    """Change weights and velocities in place: for each (w, v, g), v ← momentum · v − lr · (weight_decay · w + g), w ← w + v."""

    def update(w, v, g):
        change = weight_decay * w
        change += g
        change *= lr
        v *= momentum
        v -= change
        w += v if not nesterov else momentum * v - change

    for step in steps:
        each(update, *step)


def add_up(sums):
    """Σ over the first axis of ``sums`` (lanes, ...), in order; zeros without lanes. On the CPU."""
    total = memory_pool.empty(sums.shape[1:], sums.dtype)
    numbers, out = sums.reshape(len(sums), total.size), total.reshape(-1)
    thread_pool.for_each(
        lambda part: np.add.reduce(numbers[:, part], axis=0, out=out[part]),
        parts(total.size, BLOCK),
    )
    return total


def _flat(a):
    """The memory of an array as a 1-D view, or None when it has gaps."""
    order = sorted(range(a.ndim), key=lambda axis: -a.strides[axis])
    inner = a.transpose(order)
    return inner.reshape(-1) if inner.flags.c_contiguous else None
