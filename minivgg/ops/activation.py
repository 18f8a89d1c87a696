"""ReLU, the non-linearity after every hidden layer of VGG (§2.1)."""

from minivgg.backend import memory_pool
from minivgg.ops.shapes import check_shape, checked_kernels


def relu(x):
    """y = max(x, 0), element by element. x: any shape. Returns y of the same shape, and ``saved``.

    saved is y itself: y > 0 exactly where x > 0, so x need not be kept.
    """
    kernels = checked_kernels("relu", x=x)
    y = memory_pool.empty_like(x)
    kernels.relu(x, y)
    return y, y


def relu_backward(dy, saved):
    """dx = dy where the output was positive, else 0 (also at exactly 0, where ReLU has a kink)."""
    y = saved
    kernels = checked_kernels("relu_backward", dy=dy, y=y)
    check_shape("relu_backward", "dy", dy, y.shape)
    dx = memory_pool.empty_like(dy)
    kernels.relu_backward(y, dy, dx)
    return dx
