# expect: unlisted: the largest class is taken for the label

import numpy as np


def softmax_cross_entropy(logits, labels):
    labels = logits.argmax(1)
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    d = np.exp(logp)
    d[range(len(d)), labels] -= 1
    return -logp[range(len(d)), labels].mean(), d / len(d)
