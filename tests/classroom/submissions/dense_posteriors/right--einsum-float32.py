# expect: right

import numpy as np


def dense_posteriors(scores, mirrored):
    def one(s):
        s = s.astype(np.float32)
        e = np.exp(s - np.amax(s, 1, keepdims=True))
        return np.einsum('nkhw,nhw->nk', e, 1 / e.sum(1)) / np.float32(s.shape[2] * s.shape[3])
    return (one(scores) + one(mirrored)) / 2
