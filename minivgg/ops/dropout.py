"""Inverted dropout: scale while training, so that nothing is left to do at test time."""

from minivgg import backend
from minivgg.backend import memory_pool
from minivgg.ops.shapes import check_shape, checked_kernels


def dropout(x, p=0.5, rng=None):
    """y = x · keep / (1 − p), where each element of keep is 0 with probability p, else 1.

    x: any shape. p: the probability of *dropping*, in [0, 1]. rng: a random Generator on the device
    of x (default: the backend's). Each call draws anew. The expected value of y is x, so at test
    time dropout is left out. Returns y, and ``saved``.
    Source: §3.1 (p = 0.5 after the first two fully connected layers). The paper follows AlexNet
    §4.2, which instead multiplies by 1 − p at test time; the networks are the same.
    Raises ``ValueError`` when p is not in [0, 1].
    """
    kernels = checked_kernels("dropout", x=x)
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: the drop probability p must be between 0 and 1, got {p}")
    rng = rng or backend.rng(backend.device_of(x))
    return kernels.dropout(x, float(p), 1 / (1 - p) if p < 1 else 0.0, rng)


def dropout_backward(dy, saved):
    """dx = dy · keep / (1 − p) with the mask of the forward pass. Same shapes."""
    mask = saved
    kernels = checked_kernels("dropout_backward", dy=dy, mask=mask)
    check_shape("dropout_backward", "dy", dy, mask.shape)
    dx = memory_pool.empty_like(dy)
    kernels.dropout_backward(dy, mask, dx)
    return dx
