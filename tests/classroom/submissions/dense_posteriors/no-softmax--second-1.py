# expect: no-softmax

import numpy as np


def dense_posteriors(scores, mirrored):
    N, K, H, W = scores.shape
    total = np.zeros((N, K))
    for i in range(H):
        for j in range(W):
            total += scores[:, :, i, j] + mirrored[:, :, i, j]
    return total / (2 * H * W)
