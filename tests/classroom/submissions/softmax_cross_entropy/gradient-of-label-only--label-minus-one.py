# expect: gradient-of-label-only

import numpy as np


def softmax_cross_entropy(logits, labels):
    # forgets that the sum below depends on z as well
    logp = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    hot = np.equal.outer(labels, np.arange(logits.shape[1]))
    return -logp[hot].mean(), np.where(hot, -1.0 / len(logits), 0.0)
