# expect: not-normalised

import numpy as np


def softmax_cross_entropy(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    loss = 0
    for i, l in enumerate(labels):
        loss += logits[i].max() - logits[i, l]
    e[np.arange(len(e)), labels] -= 1
    return loss / len(e), e / len(e)
