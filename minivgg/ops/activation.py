"""ReLU, the non-linearity after every hidden layer of VGG (§2.1)."""

from minivgg.backend import Array, memory_pool
from minivgg.ops.shapes import check_shape, checked_kernels, native


def relu(x: Array) -> tuple[Array, Array]:
    """y = max(x, 0), element by element.

    Parameters
    ----------
    x : array of any shape
        Float32 or float64.

    Returns
    -------
    y : array of the shape of x
        x where it is positive, else 0.
    saved : array
        What ``relu_backward`` needs: y itself, since y > 0 exactly where x > 0.

    References
    ----------
    Simonyan & Zisserman 2014, §2.1.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import ops
    >>> y, saved = ops.relu(np.array([-1.0, 0.0, 2.0]))
    >>> y
    array([0., 0., 2.])
    >>> ops.relu_backward(np.array([5.0, 6.0, 7.0]), saved)
    array([0., 0., 7.])
    """
    kernels = checked_kernels("relu", x=x)
    x = native(x)
    y = memory_pool.empty_like(x)
    kernels.relu(x, y)
    return y, y


def relu_backward(dy: Array, saved: Array) -> Array:
    """dx = dy where the output was positive, else 0 (also at exactly 0, where ReLU has a kink).

    Parameters
    ----------
    dy : array of the shape of y
        The gradient of the loss with respect to y.
    saved : array
        From ``relu``.

    Returns
    -------
    dx : array of the same shape
        The gradient of the loss with respect to x.
    """
    y = saved
    kernels = checked_kernels("relu_backward", dy=dy, y=y)
    check_shape("relu_backward", "dy", dy, y.shape)
    dy = native(dy)
    dx = memory_pool.empty_like(dy)
    kernels.relu_backward(y, dy, dx)
    return dx
