"""The three matrix products of a fully connected layer on the GPU: cuBLAS's."""

from minivgg.backend.cuda.products import product
from minivgg.backend.types import Array


def linear_forward(x: Array, w: Array, y: Array) -> None:
    """Fill y (N, O) with x (N, D) · wᵀ, w (O, D)."""
    product(x, w, y, transpose_b=True)


def linear_input_grad(dy: Array, w: Array, dx: Array) -> None:
    """Fill dx (N, D) with dy (N, O) · w, w (O, D)."""
    product(dy, w, dx)


def linear_weight_grad(dy: Array, x: Array, dw: Array) -> None:
    """Fill dw (O, D) with dyᵀ · x: dy (N, O), x (N, D)."""
    product(dy, x, dw, transpose_a=True)
