"""Inverted dropout: scale while training, so that nothing is left to do at test time."""

from minivgg import backend
from minivgg.backend import Array, RandomGenerator, memory_pool
from minivgg.ops.shapes import check_shape, checked_kernels, native


def dropout(x: Array, p: float = 0.5, rng: RandomGenerator | None = None) -> tuple[Array, Array]:
    """y = x · keep / (1 − p), where each element of keep is 0 with probability p, else 1.

    Each call draws anew. The expected value of y is x, so at test time dropout is left out.

    Parameters
    ----------
    x : array of any shape
        Float32 or float64.
    p : float
        The probability of *dropping*, in [0, 1].
    rng : random generator, optional
        On the device of x; the backend's by default.

    Returns
    -------
    y : array of the shape of x
        x, partly 0 and partly scaled.
    saved : array
        What ``dropout_backward`` needs: the mask keep / (1 − p).

    Raises
    ------
    ValueError
        If p is not in [0, 1].

    References
    ----------
    Simonyan & Zisserman 2014, §3.1: p = 0.5 after the first two fully connected layers. The paper
    follows Krizhevsky et al. 2012 (AlexNet), §4.2, which instead multiplies by 1 − p at test time;
    the networks are the same.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import ops
    >>> y, saved = ops.dropout(np.ones(1000), p=0.2)
    >>> np.unique(y)
    array([0.  , 1.25])
    """
    kernels = checked_kernels("dropout", x=x)
    if not 0 <= p <= 1:
        raise ValueError(f"dropout: the drop probability p must be between 0 and 1, got {p}")
    rng = rng or backend.rng(backend.device_of(x))
    return kernels.dropout(native(x), float(p), 1 / (1 - p) if p < 1 else 0.0, rng)


def dropout_backward(dy: Array, saved: Array) -> Array:
    """dx = dy · keep / (1 − p) with the mask of the forward pass.

    Parameters
    ----------
    dy : array of the shape of y
        The gradient of the loss with respect to y.
    saved : array
        From ``dropout``.

    Returns
    -------
    dx : array of the same shape
        The gradient of the loss with respect to x.
    """
    mask = saved
    kernels = checked_kernels("dropout_backward", dy=dy, mask=mask)
    check_shape("dropout_backward", "dy", dy, mask.shape)
    dy = native(dy)
    dx = memory_pool.empty_like(dy)
    kernels.dropout_backward(dy, mask, dx)
    return dx
