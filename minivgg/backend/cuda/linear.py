"""The three products of a fully connected layer on the GPU: cuBLAS's, through CuPy."""

from minivgg.backend import devices


def times_rows(x, w, y):
    """Fill y (N, O) with x (N, D) · wᵀ, w (O, D)."""
    devices.namespace(x).matmul(x, w.T, out=y)


def times(dy, w, dx):
    """Fill dx (N, D) with dy (N, O) · w, w (O, D)."""
    devices.namespace(dy).matmul(dy, w, out=dx)


def sum_of_products(dy, x, dw):
    """Fill dw (O, D) with dyᵀ · x: dy (N, O), x (N, D)."""
    devices.namespace(x).matmul(dy.T, x, out=dw)
