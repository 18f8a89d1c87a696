"""Inverted dropout: scale while training, so that testing needs nothing."""

from minivgg import backend
from minivgg.backend import memory_pool
from minivgg.backend.cpu.elementwise import each
from minivgg.backend.kernels import kernels_of
from minivgg.ops.shapes import check_float, check_shape


def dropout(x, p=0.5, stream=None):
    """y = x · keep / (1 − p), where each element of keep is 0 with probability p, else 1, drawn anew for each call.

    x: any shape. p: the probability to *drop*, in [0, 1]. stream: a random Generator on the device of x (default: the backend's).
    The expected value of y is x, so at test time dropout is left out. Returns y, and ``saved``.
    Source: §3.1 (p = 0.5 after the first two fully connected layers). The paper follows AlexNet §4.2, which instead
    multiplies by 1 − p at test time; the networks are the same. Raises ``ValueError`` when p is no probability.
    """
    check_float("dropout", x=x)
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: p is the probability to drop, between 0 and 1, got {p}")
    stream = stream or backend.rng(backend.device_of(x))
    return kernels_of(x).dropout(x, float(p), 1 / (1 - p) if p < 1 else 0.0, stream)


def dropout_backward(dy, saved):
    """dx = dy · keep / (1 − p) with forward's own mask. Same shapes."""
    mask = saved
    check_float("dropout_backward", dy=dy, mask=mask)
    check_shape("dropout_backward", "dy", dy, mask.shape)
    xp, dx = backend.namespace(dy), memory_pool.empty_like(dy)
    each(lambda dy, mask, dx: xp.multiply(dy, mask, out=dx), dy, mask, dx)
    return dx
