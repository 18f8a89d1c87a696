# expect: first-place-only

import numpy as np


def dense_posteriors(scores, mirrored):
    N, K, H, W = scores.shape
    p = np.zeros((N, K))
    for i in range(H):
        for j in range(W):
            for m in (scores, mirrored):
                e = np.exp(m[:, :, i, j] - m[:, :, i, j].max(1, keepdims=True))
                p += e / e.sum(1, keepdims=True) / 2
            return p
