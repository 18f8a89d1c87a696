"""Floor 1: the three matrix products of a fully connected layer, in parts on all threads.

At a small batch their time is that of reading, or writing, the weights once (411 MB in VGG-16's first), so every thread takes its share of
them, in pieces small enough for OpenBLAS to multiply without packing (copying) first. Pieces are cut by shape and added in order.
"""

import numpy as np

from minivgg.backend import thread_pool
from minivgg.backend.blocks import length, parts

THIN = 30  # rows of a batch up to which reading the weights is what takes the time
PIECE = 512  # of the summed axis at a time, for thin batches


def times_rows(x, w, y):
    """Fill y (N, O) with x (N, D) · wᵀ, w (O, D)."""
    n, d = x.shape
    count, whole = d // PIECE, d - d % PIECE  # of the summed axis
    pieces = x[:, :whole].reshape(n, count, PIECE).transpose(1, 0, 2)

    def block(rows):
        if n == 1:
            np.dot(w[rows], x[0], out=y[0, rows])  # unlike matmul, at the speed of memory
        elif n <= THIN:
            y[:, rows] = x[:, whole:] @ w[rows, whole:].T
            y[:, rows] += np.matmul(
                pieces, w[rows, :whole].reshape(len(w[rows]), count, PIECE).transpose(1, 2, 0)
            ).sum(axis=0)
        else:
            y[:, rows] = (w[rows] @ x.T).T

    thread_pool.for_each(
        block, parts(w.shape[0], 16 if n == 1 else 64 if n <= THIN else _share(w.shape[0]))
    )


def times(dy, w, dx):
    """Fill dx (N, D) with dy (N, O) · w, w (O, D)."""
    n, o = dy.shape
    piece = PIECE // 4
    count, whole = o // piece, o - o % piece  # of the summed axis
    pieces = dy[:, :whole].reshape(n, count, piece).transpose(1, 0, 2)

    def block(columns):
        if 1 < n <= THIN:
            dx[:, columns] = dy[:, whole:] @ w[whole:, columns]
            dx[:, columns] += np.matmul(
                pieces, w[:whole, columns].reshape(count, piece, length(columns))
            ).sum(axis=0)
        else:
            np.matmul(dy, w[:, columns], out=dx[:, columns])

    thread_pool.for_each(block, parts(w.shape[1], 1024 if n == 1 else 256 if n <= THIN else 512))


def sum_of_products(dy, x, dw):
    """Fill dw (O, D) with dyᵀ · x: dy (N, O), x (N, D)."""

    def block(rows):
        if len(x) == 1:
            np.multiply(dy[0, rows, None], x, out=dw[rows])
        else:
            np.matmul(dy[:, rows].T, x, out=dw[rows])

    thread_pool.for_each(block, parts(dw.shape[0], 16 if len(x) <= THIN else _share(dw.shape[0])))


def _share(length):
    """How many rows make a part for a large product: few enough that there are several, enough to multiply well."""
    return max(128, min(512, length // 2))
