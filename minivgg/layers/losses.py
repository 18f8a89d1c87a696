"""The training objective, as an object that saves what its backward pass needs."""

from minivgg import ops


class SoftmaxCrossEntropy:
    """Mean of −log softmax(logits)[label] over the batch, in nats.

    The multinomial logistic regression objective of the paper, §3.1.
    """

    def __init__(self):
        self.saved = None

    def forward(self, logits, labels):
        """logits (N, K), labels (N,) integers in 0..K−1 -> the mean loss, a scalar.

        Errors are those of ``ops.softmax_cross_entropy``.
        """
        loss, self.saved = ops.softmax_cross_entropy(logits, labels)
        return loss

    def backward(self):
        """The gradient of the mean loss with respect to the logits, (N, K)."""
        if self.saved is None:
            raise RuntimeError("SoftmaxCrossEntropy.backward() needs a forward pass first")
        return ops.softmax_cross_entropy_backward(self.saved)

    def __call__(self, logits, labels):
        """The same as ``forward``."""
        return self.forward(logits, labels)

    def __repr__(self):
        return "SoftmaxCrossEntropy()"
