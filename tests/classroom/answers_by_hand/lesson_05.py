"""Right answers to the exercises of lesson 5, computed by hand."""

import numpy as np


def relu_backward(dy, x):
    dx = np.zeros_like(dy)
    dx[x > 0] = dy[x > 0]
    return dx


def softmax_cross_entropy(logits, labels):
    """Row by row, where the assignment works on the whole batch."""
    gradient, total = np.zeros(logits.shape), 0.0
    for n, (z, label) in enumerate(zip(logits, labels, strict=True)):
        shifted = z - z.max()
        total += np.log(np.exp(shifted).sum()) - shifted[label]
        gradient[n] = np.exp(shifted) / np.exp(shifted).sum()
        gradient[n, label] -= 1
    return total / len(logits), gradient / len(logits)


RIGHT = {
    "5.1": 2.30258509,
    "5.2": relu_backward,
    "5.3": softmax_cross_entropy,
}
