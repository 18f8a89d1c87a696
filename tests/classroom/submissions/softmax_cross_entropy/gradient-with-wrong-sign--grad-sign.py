# expect: gradient-with-wrong-sign

import numpy as np


def softmax_cross_entropy(logits, labels):
    t = np.eye(logits.shape[1], dtype=int)[labels]
    lse = np.logaddexp.reduce(logits, axis=1)
    p = np.exp(logits - lse.reshape(-1, 1))
    return (lse - logits[t == 1]).sum() / len(t), (t - p) / len(t)
