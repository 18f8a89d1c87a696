# expect: gradient-not-divided

import numpy as np


def softmax_cross_entropy(logits, labels):
    z = logits - logits.max(1).reshape(-1, 1)
    e = np.exp(z)
    s = e.sum(1).reshape(-1, 1)
    picked = np.take_along_axis(z - np.log(s), labels[:, None], axis=1)
    d = e / s
    np.put_along_axis(d, labels[:, None], np.take_along_axis(d, labels[:, None], 1) - 1, axis=1)
    return -picked.mean(), d
