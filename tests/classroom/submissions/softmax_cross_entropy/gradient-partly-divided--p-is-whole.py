# expect: gradient-partly-divided

import numpy as np


def softmax_cross_entropy(logits, labels):
    n = len(labels)
    z = logits - np.max(logits, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    d = np.exp(log_p)
    for i in range(n):
        d[i, labels[i]] -= 1 / n
    return sum(-log_p[i, labels[i]] for i in range(n)) / n, d
