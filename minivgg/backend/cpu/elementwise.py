"""Passes over arrays, number by number, in chunks on all threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from minivgg.backend import memory_pool, thread_pool
from minivgg.backend.blocks import chunks
from minivgg.backend.random import RandomGenerator
from minivgg.backend.tuning import get_tuning
from minivgg.backend.types import Array


def apply_blockwise(function: Callable[..., object], *arrays: Array) -> None:
    """Call ``function`` with the same chunk of all arrays, chunk after chunk, as 1-D views.

    For functions that treat each number by itself. The arrays have one shape. Unless they have the
    same order in memory, without gaps, the function gets them whole.
    """
    first, *others = arrays
    flat = [f for f in map(_flat, arrays) if f is not None]
    same = all(a.shape == first.shape and a.strides == first.strides for a in others)
    if not same or len(flat) < len(arrays):
        function(*arrays)
        return
    thread_pool.for_each(
        lambda chunk: function(*(f[chunk] for f in flat)),
        chunks(first.size, get_tuning().elementwise_chunk_numbers),
    )


def relu(x: Array, y: Array) -> None:
    """Fill y with max(x, 0)."""
    apply_blockwise(lambda x, y: np.maximum(x, 0, out=y), x, y)


def relu_backward(y: Array, dy: Array, dx: Array) -> None:
    """Fill dx with dy where y > 0, else with 0; dx may be dy."""
    apply_blockwise(where_positive, y, dy, dx)


def where_positive(y: Array, dy: Array, dx: Array, mask: Array | None = None) -> None:
    """``relu_backward`` for one chunk. mask: memory for the comparison, of dtype bool.

    The bits as integers, times 0 or 1: ∞ · 0 is 0, in a tenth of the time of ``where``.
    """
    bits = f"i{dy.itemsize}"
    np.multiply(dy.view(bits), np.greater(y, 0, out=mask), out=dx.view(bits))


def dropout(x: Array, p: float, scale: float, generator: RandomGenerator) -> tuple[Array, Array]:
    """y = x · mask, and mask: 0 with probability p, else ``scale``."""
    mask = generator.random(dtype=x.dtype, out=memory_pool.empty(x.shape, x.dtype))
    y = memory_pool.empty_like(x)

    def drop(x: Array, mask: Array, y: Array) -> None:
        np.multiply(mask >= p, x.dtype.type(scale), out=mask)
        np.multiply(x, mask, out=y)

    apply_blockwise(drop, x, mask, y)
    return y, mask


def dropout_backward(dy: Array, mask: Array, dx: Array) -> None:
    """Fill dx with dy · mask."""
    apply_blockwise(lambda dy, mask, dx: np.multiply(dy, mask, out=dx), dy, mask, dx)


def find_invalid_label(labels: Array, classes: int) -> int | None:
    """A label that is not in 0..classes−1, or None."""
    low, high = int(labels.min()), int(labels.max())
    return low if low < 0 else high if high >= classes else None


def sgd(
    steps: Sequence[tuple[Array, Array, Array]],
    lr: float,
    momentum: float,
    weight_decay: float,
    nesterov: bool,
) -> None:
    """Change weights and velocities in place, for each (w, v, g) of ``steps``.

    v ← momentum · v − lr · (weight_decay · w + g), w ← w + v
    """

    def update(w: Array, v: Array, g: Array) -> None:
        change = weight_decay * w
        change += g
        change *= lr
        v *= momentum
        v -= change
        w += v if not nesterov else momentum * v - change

    for step in steps:
        apply_blockwise(update, *step)


def sum_of_squares(a: Array) -> Array:
    """Σ a² as a scalar of float64, from the sums of chunks that are cut by size alone."""
    flat = _flat(a)
    flat = a.reshape(-1) if flat is None else flat
    pieces = chunks(flat.size, get_tuning().elementwise_chunk_numbers)
    sums = np.empty(len(pieces))

    def add_up(index: int) -> None:
        sums[index] = np.square(flat[pieces[index]]).sum()

    thread_pool.for_each(add_up, range(len(pieces)))
    return sums.sum()


def sum_in_order(sums: Array) -> Array:
    """Σ over the first axis of ``sums`` (partial sums, ...), in order; zeros without any."""
    total = memory_pool.empty(sums.shape[1:], sums.dtype)
    numbers, out = sums.reshape(len(sums), total.size), total.reshape(-1)
    thread_pool.for_each(
        lambda chunk: np.add.reduce(numbers[:, chunk], axis=0, out=out[chunk]),
        chunks(total.size, get_tuning().elementwise_chunk_numbers),
    )
    return total


def _flat(a: Array) -> Array | None:
    """The memory of an array as a 1-D view, or None when it has gaps."""
    order = sorted(range(a.ndim), key=lambda axis: -a.strides[axis])
    inner = a.transpose(order)
    return inner.reshape(-1) if inner.flags.c_contiguous else None
