"""The training objective, as an object that saves what its backward pass needs."""

from minivgg import ops
from minivgg.backend import Array, Saved


class SoftmaxCrossEntropy:
    """Mean of −log softmax(logits)[label] over the batch, in nats.

    See ``ops.softmax_cross_entropy``.

    References
    ----------
    Simonyan & Zisserman 2014, §3.1: the multinomial logistic regression objective.

    Examples
    --------
    >>> import numpy as np
    >>> from minivgg import losses
    >>> loss = losses.SoftmaxCrossEntropy()
    >>> round(float(loss(np.zeros((2, 10)), np.array([3, 7]))), 4)  # log 10: all classes alike
    2.3026
    >>> loss.backward().shape
    (2, 10)
    """

    def __init__(self) -> None:
        self.saved: Saved | None = None

    def forward(self, logits: Array, labels: Array) -> Array:
        """Compute the mean loss, and save what ``backward`` needs.

        Parameters
        ----------
        logits : array of shape (N, K)
            Float32 or float64.
        labels : array of shape (N,)
            Integers in 0..K−1.

        Returns
        -------
        loss : scalar
            The mean over the batch. Errors are those of ``ops.softmax_cross_entropy``.
        """
        loss, self.saved = ops.softmax_cross_entropy(logits, labels)
        return loss

    def backward(self) -> Array:
        """The gradient of the mean loss with respect to the logits.

        Returns
        -------
        dlogits : array of shape (N, K)
            For the ``backward`` of the net.

        Raises
        ------
        RuntimeError
            If there was no forward pass.
        """
        if self.saved is None:
            raise RuntimeError("SoftmaxCrossEntropy.backward() needs a forward pass first")
        return ops.softmax_cross_entropy_backward(self.saved)

    def __call__(self, logits: Array, labels: Array) -> Array:
        """The same as ``forward``."""
        return self.forward(logits, labels)

    def __repr__(self) -> str:
        return "SoftmaxCrossEntropy()"
