# expect: image-taken-for-square

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    OH = (H - size) // stride + 1
    OW = (W - size) // stride + 1
    y = np.zeros((N, C, OH, OH))
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    top, left = i * stride, j * stride
                    y[n, c, i, j] = np.max(x[n, c, top:top + size, left:left + size])
    return y
