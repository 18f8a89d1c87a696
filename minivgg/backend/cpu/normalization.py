"""Local response normalisation on the CPU, in blocks of rows that a core's cache holds."""

from __future__ import annotations

import numpy as np

from minivgg.backend import memory_pool, thread_pool
from minivgg.backend.blocks import ImageBlock, blocks
from minivgg.backend.tuning import get_tuning
from minivgg.backend.types import Array


def local_response_norm(
    x: Array, size: int, alpha: float, beta: float, k: float
) -> tuple[Array, Array]:
    """y = x · s^−β and s = k + α · Σ x² over neighbouring channels, both (N, C, H, W)."""
    s, y = memory_pool.empty_like(x), memory_pool.empty_like(x)

    def compute(block: ImageBlock) -> None:
        total = _channel_sum(np.square(x[block], out=y[block]), size // 2, (size - 1) // 2)
        total *= alpha
        np.add(total, k, out=s[block])
        np.multiply(x[block], _power(s[block], beta), out=y[block])

    thread_pool.for_each(compute, image_blocks(x))
    return y, s


def local_response_norm_backward(
    dy: Array, x: Array, s: Array, size: int, alpha: float, beta: float
) -> Array:
    """dx (N, C, H, W)."""
    dx = memory_pool.empty_like(x)

    def compute(block: ImageBlock) -> None:
        scaled = _power(s[block], beta)
        scaled *= dy[block]
        back = np.multiply(scaled, x[block], out=dx[block])
        back /= s[block]
        back = _channel_sum(back, (size - 1) // 2, size // 2)  # the mirrored window
        back *= x[block]
        back *= 2 * alpha * beta
        np.subtract(scaled, back, out=dx[block])

    thread_pool.for_each(compute, image_blocks(x))
    return dx


def sum_by_channel(images: Array) -> Array:
    """Σ over images and pixels of (N, C, H, W) -> (C,)."""
    return images.sum(axis=(0, 2, 3))


def image_blocks(x: Array) -> list[ImageBlock]:
    """Indices of x (N, C, H, W) that cover it: some rows of one image, or several images."""
    n, c, h, w = x.shape
    all_blocks = blocks(n, h, c * w * x.itemsize, get_tuning().block_bytes)
    return [(images, slice(None), rows) for images, rows in all_blocks]


def _power(s: Array, beta: float) -> Array:
    """s^−β, a new array. For the paper's β = 3/4 by square roots, in a tenth of the time."""
    if beta != 0.75:
        return s**-beta
    root = np.sqrt(s, out=memory_pool.empty_like(s))
    power = np.sqrt(root, out=memory_pool.empty_like(s))
    power *= root
    return np.divide(1, power, out=power)


def _channel_sum(a: Array, below: int, above: int) -> Array:
    """Sum over channels i−below .. i+above of a (N, C, H, W), as far as they exist."""
    c, total = a.shape[1], memory_pool.empty_like(a)
    total[...] = a
    for step in range(1, min(below, c - 1) + 1):
        total[:, step:] += a[:, :-step]
    for step in range(1, min(above, c - 1) + 1):
        total[:, :-step] += a[:, step:]
    return total
