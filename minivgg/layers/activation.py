"""Elementwise layers: ReLU and dropout."""

from minivgg import ops
from minivgg.backend import Array
from minivgg.layers.base import Layer


class ReLU(Layer):
    """max(x, 0), any shape: see ``ops.relu``.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import layers
    >>> relu = layers.ReLU()
    >>> relu(np.array([-1.0, 0.0, 2.0]))
    array([0., 0., 2.])
    >>> relu.backward(np.array([5.0, 6.0, 7.0]))
    array([0., 0., 7.])
    """

    def forward(self, x: Array) -> Array:
        """x -> max(x, 0)."""
        return self.save_for_backward(*ops.relu(x))

    def adopt_output(self, y: Array) -> Array:
        """Take y = max(x, 0), which the layer before has computed, as the output of this one.

        Parameters
        ----------
        y : array
            Of any shape.

        Returns
        -------
        y : array
            The same.
        """
        return self.save_for_backward(y, y)

    def backward(self, dy: Array) -> Array:
        """dy where the output was positive, else 0."""
        return ops.relu_backward(dy, self.saved_for_backward())


class Dropout(Layer):
    """Inverted dropout, any shape: see ``ops.dropout``.

    In training mode each element is dropped with probability p and the others are multiplied by
    1 / (1 − p). In eval mode x is returned as it is.

    Parameters
    ----------
    p : float
        The probability of dropping, in [0, 1].

    Raises
    ------
    ValueError
        If p is not in [0, 1].

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import layers
    >>> dropout, x = layers.Dropout(0.2), np.ones(1000)
    >>> np.unique(dropout(x))
    array([0.  , 1.25])
    >>> np.unique(dropout.eval()(x))
    array([1.])
    """

    random = True

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"Dropout: the drop probability p must be between 0 and 1, got {p}")
        self.p = p

    def forward(self, x: Array) -> Array:
        """x -> x · mask / (1 − p) in training mode, x itself in eval mode."""
        return self.save_for_backward(*ops.dropout(x, self.p)) if self.training else x

    def backward(self, dy: Array) -> Array:
        """dy · mask / (1 − p), with the mask of the last forward pass."""
        return ops.dropout_backward(dy, self.saved_for_backward())

    def __repr__(self) -> str:
        return f"Dropout({self.p})"
