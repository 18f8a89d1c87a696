"""Normalisation: of a pixel by its neighbouring channels, or of a channel over the batch."""

import numpy as np

from minivgg import backend, ops
from minivgg.layers.arguments import positive_integers
from minivgg.layers.base import Layer
from minivgg.layers.parameter import new_parameter


class LocalResponseNorm(Layer):
    """Divides by the activity of neighbouring channels: see ``ops.local_response_norm``.

    alpha is the paper's (AlexNet §3.3) and multiplies the sum of squares itself. PyTorch multiplies
    their mean, so ``LocalResponseNorm(5, alpha=1e-4)`` here is
    ``torch.nn.LocalResponseNorm(5, alpha=5e-4, k=2.0)`` there.
    """

    def __init__(self, size=5, alpha=1e-4, beta=0.75, k=2.0):
        super().__init__()
        (self.size,) = positive_integers("LocalResponseNorm", size=size)
        self.alpha, self.beta, self.k = float(alpha), float(beta), float(k)

    def forward(self, x):
        """x (N, C, H, W) -> the same shape."""
        return self._save_for_backward(
            *ops.local_response_norm(x, self.size, self.alpha, self.beta, self.k)
        )

    def backward(self, dy):
        """dy (N, C, H, W) -> dx of the same shape."""
        return ops.local_response_norm_backward(dy, self._saved())

    def __repr__(self):
        settings = f"alpha={self.alpha:g}, beta={self.beta:g}, k={self.k:g}"
        return f"LocalResponseNorm({self.size}, {settings})"


class BatchNorm2d(Layer):
    """Normalises each channel to mean 0 and variance 1, then scales and shifts it.

    See ``ops.batch_norm2d``; arguments are PyTorch's. In training mode the statistics are those of
    the batch, and the running ones move towards them by ``momentum`` (None: plain average over all
    batches so far); the running variance takes the unbiased estimate. In eval mode, and where the
    layer is frozen, the running statistics are used.
    """

    buffers = ("running_mean", "running_var", "num_batches_tracked")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        super().__init__()
        (self.num_features,) = positive_integers("BatchNorm2d", num_features=num_features)
        self.eps, self.momentum = eps, momentum
        self.weight = new_parameter((self.num_features,), "ones")
        self.bias = new_parameter((self.num_features,), "zeros")
        self.running_mean = self.bias.array.copy()
        self.running_var = self.weight.array.copy()
        self.num_batches_tracked = backend.namespace().zeros((), np.int64)

    def forward(self, x):
        """x (N, C, H, W) -> the same shape."""
        from_batch = self.training and not self.weight.frozen
        statistics = () if from_batch else (self.running_mean, self.running_var)
        y, saved = ops.batch_norm2d(x, self.weight.array, self.bias.array, self.eps, *statistics)
        if from_batch:
            self._update_statistics(*saved[:2], count=x.size // x.shape[1])
        return self._save_for_backward(y, saved)

    def backward(self, dy):
        """dy (N, C, H, W) -> dx of the same shape."""
        dx, dweight, dbias = ops.batch_norm2d_backward(dy, self._saved())
        self.weight.add_grad(dweight)
        self.bias.add_grad(dbias)
        return dx

    def _update_statistics(self, mean, var, count):
        """Move the running statistics towards a batch's; count: numbers of each channel."""
        self.num_batches_tracked += 1
        plain_average = self.momentum is None
        rate = (
            (1 / self.num_batches_tracked).astype(mean.dtype)
            if plain_average
            else float(self.momentum)
        )
        self.running_mean += rate * (mean - self.running_mean)
        self.running_var += rate * (var * (count / (count - 1)) - self.running_var)

    def __repr__(self):
        return f"BatchNorm2d({self.num_features})"
