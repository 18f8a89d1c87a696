# expect: mirror-ignored

import numpy as np


def dense_posteriors(scores, mirrored):
    s = np.moveaxis(scores, 1, -1)
    s = s - s.max(-1, keepdims=True)
    p = np.exp(s)
    p /= p.sum(-1, keepdims=True)
    return p.reshape(len(p), -1, p.shape[-1]).mean(1)
