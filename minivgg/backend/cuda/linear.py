"""The three matrix products of a fully connected layer on the GPU: cuBLAS's, through CuPy."""

from minivgg.backend.devices import cupy
from minivgg.backend.types import Array


def linear_forward(x: Array, w: Array, y: Array) -> None:
    """Fill y (N, O) with x (N, D) · wᵀ, w (O, D)."""
    cupy().matmul(x, w.T, out=y)


def linear_input_grad(dy: Array, w: Array, dx: Array) -> None:
    """Fill dx (N, D) with dy (N, O) · w, w (O, D)."""
    cupy().matmul(dy, w, out=dx)


def linear_weight_grad(dy: Array, x: Array, dw: Array) -> None:
    """Fill dw (O, D) with dyᵀ · x: dy (N, O), x (N, D)."""
    cupy().matmul(dy.T, x, out=dw)
