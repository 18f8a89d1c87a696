"""The three matrix products of a fully connected layer on the GPU: cuBLAS's, through CuPy."""

from minivgg.backend.devices import cupy


def linear_forward(x, w, y):
    """Fill y (N, O) with x (N, D) · wᵀ, w (O, D)."""
    cupy().matmul(x, w.T, out=y)


def linear_input_grad(dy, w, dx):
    """Fill dx (N, D) with dy (N, O) · w, w (O, D)."""
    cupy().matmul(dy, w, out=dx)


def linear_weight_grad(dy, x, dw):
    """Fill dw (O, D) with dyᵀ · x: dy (N, O), x (N, D)."""
    cupy().matmul(dy.T, x, out=dw)
