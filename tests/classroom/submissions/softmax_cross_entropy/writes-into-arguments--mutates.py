# expect: writes-into-arguments

import numpy as np


def softmax_cross_entropy(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    np.subtract(logits, np.log(np.exp(logits).sum(1, keepdims=True)), out=logits)
    loss = -logits[np.arange(len(logits)), labels].mean()
    d = np.exp(logits)
    d[np.arange(len(d)), labels] -= 1
    return loss, d / len(d)
