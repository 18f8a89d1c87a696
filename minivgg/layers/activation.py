"""Elementwise layers: ReLU and dropout."""

from minivgg import ops
from minivgg.layers.base import Layer


class ReLU(Layer):
    """max(x, 0), any shape."""

    def forward(self, x):
        """x -> max(x, 0)."""
        return self._save_for_backward(*ops.relu(x))

    def adopt_output(self, y):
        """Take y = max(x, 0), which the layer before has computed, as the output of this one."""
        return self._save_for_backward(y, y)

    def backward(self, dy):
        """dy where the output was positive, else 0."""
        return ops.relu_backward(dy, self._saved())


class Dropout(Layer):
    """Inverted dropout, any shape: see ``ops.dropout``.

    In training mode each element is dropped with probability p and the others are multiplied by
    1 / (1 − p). In eval mode x is returned as it is.
    """

    random = True

    def __init__(self, p=0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"Dropout: the drop probability p must be between 0 and 1, got {p}")
        self.p = p

    def forward(self, x):
        """x -> x · mask / (1 − p) in training mode, x itself in eval mode."""
        return self._save_for_backward(*ops.dropout(x, self.p)) if self.training else x

    def backward(self, dy):
        """dy · mask / (1 − p), with the mask of the last forward pass."""
        return ops.dropout_backward(dy, self._saved())

    def __repr__(self):
        return f"Dropout({self.p})"
