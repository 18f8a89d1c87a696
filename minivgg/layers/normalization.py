"""Normalisation: of a pixel by its neighbouring channels, or of a channel over the batch."""

import numpy as np

from minivgg import backend, ops
from minivgg.backend import Array
from minivgg.layers.arguments import positive_integers
from minivgg.layers.base import Layer
from minivgg.layers.parameter import new_parameter

DEFAULT_EPS = 1e-5  # that a batch norm adds to the variance, as in PyTorch


class LocalResponseNorm(Layer):
    """Divides by the activity of neighbouring channels: see ``ops.local_response_norm``.

    Parameters
    ----------
    size : int
        How many neighbouring channels a sum of squares is over.
    alpha : float
        The paper's (AlexNet §3.3), which multiplies the sum of squares itself. PyTorch multiplies
        their mean, so ``LocalResponseNorm(5, alpha=1e-4)`` here is
        ``torch.nn.LocalResponseNorm(5, alpha=5e-4, k=2.0)`` there.
    beta, k : float
        The exponent, and what is added to the sum.
    """

    def __init__(
        self, size: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 2.0
    ) -> None:
        super().__init__()
        (self.size,) = positive_integers("LocalResponseNorm", size=size)
        self.alpha, self.beta, self.k = float(alpha), float(beta), float(k)

    def forward(self, x: Array) -> Array:
        """x (N, C, H, W) -> the same shape."""
        return self.save_for_backward(
            *ops.local_response_norm(x, self.size, self.alpha, self.beta, self.k)
        )

    def backward(self, dy: Array) -> Array:
        """dy (N, C, H, W) -> dx of the same shape."""
        return ops.local_response_norm_backward(dy, self.saved_for_backward())

    def __repr__(self) -> str:
        settings = f"alpha={self.alpha:g}, beta={self.beta:g}, k={self.k:g}"
        return f"LocalResponseNorm({self.size}, {settings})"


class BatchNorm2d(Layer):
    """Normalises each channel to mean 0 and variance 1, then scales and shifts it.

    See ``ops.batch_norm2d``. In training mode the statistics are those of the batch, and the
    running ones move towards them; the running variance takes the unbiased estimate. In eval mode,
    and where the layer is frozen, the running statistics are used.

    Parameters
    ----------
    num_features : int
        C, the number of channels.
    eps : float
        Added to the variance.
    momentum : float or None
        By how much of the way the running statistics move towards those of a batch. None: they are
        the plain average over all batches so far.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import layers
    >>> norm = layers.BatchNorm2d(1, eps=0)
    >>> x = np.array([10.0, 30.0], np.float32).reshape(2, 1, 1, 1)  # mean 20, variance 100
    >>> norm(x).ravel()
    array([-1.,  1.], dtype=float32)
    >>> norm.running_mean  # 0, moved a tenth of the way to 20
    array([2.], dtype=float32)
    """

    buffers = ("running_mean", "running_var", "num_batches_tracked")
    kernel_size = (1, 1)  # for ``models.summary``, which leaves the statistics aside

    def __init__(
        self, num_features: int, eps: float = DEFAULT_EPS, momentum: float | None = 0.1
    ) -> None:
        super().__init__()
        (self.num_features,) = positive_integers("BatchNorm2d", num_features=num_features)
        self.eps, self.momentum = eps, momentum
        self.weight = new_parameter((self.num_features,), "ones")
        self.bias = new_parameter((self.num_features,), "zeros")
        self.running_mean = self.bias.array.copy()
        self.running_var = self.weight.array.copy()
        self.num_batches_tracked = backend.namespace().zeros((), np.int64)

    def forward(self, x: Array) -> Array:
        """x (N, C, H, W) -> the same shape."""
        from_batch = self.training and not self.weight.frozen
        statistics = () if from_batch else (self.running_mean, self.running_var)
        y, saved = ops.batch_norm2d(x, self.weight.array, self.bias.array, self.eps, *statistics)
        if from_batch:
            self._update_statistics(saved[0], saved[1], count=x.size // x.shape[1])
        return self.save_for_backward(y, saved)

    def backward(self, dy: Array) -> Array:
        """dy (N, C, H, W) -> dx of the same shape."""
        dx, dweight, dbias = ops.batch_norm2d_backward(dy, self.saved_for_backward())
        self.weight.add_grad(dweight)
        self.bias.add_grad(dbias)
        return dx

    def _update_statistics(self, mean: Array, var: Array, count: int) -> None:
        """Move the running statistics towards a batch's; count: numbers of each channel."""
        self.num_batches_tracked += 1
        if self.momentum is None:  # a plain average
            rate = (1 / self.num_batches_tracked).astype(mean.dtype)
        else:
            rate = float(self.momentum)
        self.running_mean += rate * (mean - self.running_mean)
        self.running_var += rate * (var * (count / (count - 1)) - self.running_var)

    def __repr__(self) -> str:
        eps = "" if self.eps == DEFAULT_EPS else f", eps={self.eps:g}"
        return f"BatchNorm2d({self.num_features}{eps})"
