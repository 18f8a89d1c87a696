# expect: stride-is-size

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    OH = (H - size) // stride + 1
    OW = (W - size) // stride + 1
    y = np.zeros((N, C, OH, OW))
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    top, left = i * size, j * size
                    y[n, c, i, j] = np.max(x[n, c, top:top + size, left:left + size])
    return y
