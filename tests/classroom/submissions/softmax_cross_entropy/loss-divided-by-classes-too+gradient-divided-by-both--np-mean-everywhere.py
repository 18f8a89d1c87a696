# expect: loss-divided-by-classes-too + gradient-divided-by-both

import numpy as np


def softmax_cross_entropy(logits, labels):
    t = np.eye(logits.shape[1])[labels]
    logp = logits - np.logaddexp.reduce(logits, axis=1)[:, None]
    return -(t * logp).mean(), (np.exp(logp) - t) / t.size
