"""The three matrix products of a fully connected layer, in chunks on all threads.

At a small batch they take the time of reading, or writing, the weights once (411 MB in the first
layer of VGG-16). So every thread takes its share of them, in chunks small enough for OpenBLAS to
multiply without packing (copying) first. Chunks are chosen by shape and added in order.
"""

from __future__ import annotations

import numpy as np

from minivgg.backend import thread_pool
from minivgg.backend.blocks import chunks
from minivgg.backend.tuning import get_tuning
from minivgg.backend.types import Array


def linear_forward(x: Array, w: Array, y: Array) -> None:
    """Fill y (N, O) with x (N, D) · wᵀ, w (O, D)."""
    (n, d), tuning = x.shape, get_tuning()
    piece, max_thin = tuning.thin_batch_features, tuning.max_thin_batch_rows
    count, whole = d // piece, d - d % piece  # of the summed axis
    pieces = x[:, :whole].reshape(n, count, piece).transpose(1, 0, 2)

    def compute(rows: slice) -> None:
        if n == 1:
            np.dot(w[rows], x[0], out=y[0, rows])  # unlike matmul, at the speed of memory
        elif n <= max_thin:
            weights = w[rows, :whole].reshape(len(w[rows]), count, piece).transpose(1, 2, 0)
            y[:, rows] = x[:, whole:] @ w[rows, whole:].T
            y[:, rows] += np.matmul(pieces, weights).sum(axis=0)
        else:
            y[:, rows] = (w[rows] @ x.T).T

    single = max(16, tuning.single_row_numbers // d)
    rows = single if n == 1 else 64 if n <= max_thin else _rows_per_chunk(w.shape[0])
    thread_pool.for_each(compute, chunks(w.shape[0], rows))


def linear_input_grad(dy: Array, w: Array, dx: Array) -> None:
    """Fill dx (N, D) with dy (N, O) · w, w (O, D)."""
    (n, o), tuning = dy.shape, get_tuning()
    piece, max_thin = tuning.thin_batch_features // 4, tuning.max_thin_batch_rows
    count, whole = o // piece, o - o % piece  # of the summed axis
    pieces = dy[:, :whole].reshape(n, count, piece).transpose(1, 0, 2)

    def compute(columns: slice) -> None:
        if 1 < n <= max_thin:
            weights = w[:whole, columns].reshape(count, piece, columns.stop - columns.start)
            dx[:, columns] = dy[:, whole:] @ w[whole:, columns]
            dx[:, columns] += np.matmul(pieces, weights).sum(axis=0)
        else:
            np.matmul(dy, w[:, columns], out=dx[:, columns])

    columns = 1024 if n == 1 else 256 if n <= max_thin else 512
    thread_pool.for_each(compute, chunks(w.shape[1], columns))


def linear_weight_grad(dy: Array, x: Array, dw: Array) -> None:
    """Fill dw (O, D) with dyᵀ · x: dy (N, O), x (N, D)."""

    def compute(rows: slice) -> None:
        if len(x) == 1:
            np.multiply(dy[0, rows, None], x, out=dw[rows])
        else:
            np.matmul(dy[:, rows].T, x, out=dw[rows])

    thin = len(x) <= get_tuning().max_thin_batch_rows
    rows = 16 if thin else _rows_per_chunk(dw.shape[0])
    thread_pool.for_each(compute, chunks(dw.shape[0], rows))


def _rows_per_chunk(length: int) -> int:
    """Rows in a chunk of a large product: few enough for several, enough to multiply well."""
    return max(128, min(512, length // 2))
