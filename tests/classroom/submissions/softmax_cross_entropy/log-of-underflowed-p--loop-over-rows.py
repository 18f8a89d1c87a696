# expect: log-of-underflowed-p

import numpy as np


def softmax_cross_entropy(logits, labels):
    grad = np.zeros_like(logits)
    loss = 0.0
    for i in range(len(labels)):
        scores = logits[i] - logits[i].max()
        p = np.exp(scores) / np.exp(scores).sum()
        loss -= np.log(p[labels[i]])
        for j in range(len(p)):
            grad[i, j] = p[j] - (j == labels[i])
    return loss / len(labels), grad / len(labels)
