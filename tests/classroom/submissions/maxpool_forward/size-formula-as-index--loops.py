# expect: size-formula-as-index

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    OH = (H - size) // stride + 1
    OW = (W - size) // stride + 1
    y = np.zeros((N, C, OH, OW))
    for n in range(N):
        for c in range(C):
            for top in range(0, H - size + 1, stride):
                for left in range(0, W - size + 1, stride):
                    i, j = (top - size) // stride + 1, (left - size) // stride + 1
                    y[n, c, i, j] = np.max(x[n, c, top:top + size, left:left + size])
    return y
