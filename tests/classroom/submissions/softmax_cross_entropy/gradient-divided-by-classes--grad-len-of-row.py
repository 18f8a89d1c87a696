# expect: gradient-divided-by-classes

import numpy as np


def softmax_cross_entropy(logits, labels):
    logp = logits - np.logaddexp.reduce(logits, axis=1)[:, np.newaxis]
    grad = []
    for row, y in zip(np.exp(logp), labels):
        row[y] -= 1
        grad.append(row / len(row))
    return -np.mean([logp[i, y] for i, y in enumerate(labels)]), np.array(grad)
