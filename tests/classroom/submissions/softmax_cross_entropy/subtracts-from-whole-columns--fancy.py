# expect: subtracts-from-whole-columns

import numpy as np


def softmax_cross_entropy(logits, labels):
    logp = logits - logits.max(-1, keepdims=True)
    logp -= np.log(np.exp(logp).sum(-1, keepdims=True))
    loss = 0.
    for i in range(len(labels)):
        loss += logp[i, labels[i]]
    d = np.exp(logp)
    d[:, labels] -= 1
    return -loss / len(labels), d / len(labels)
