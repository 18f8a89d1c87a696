# expect: one-mask-for-all-windows

import numpy as np


def maxpool_backward(dy, x, size, stride):
    N, C, H, W = x.shape
    OH, OW = dy.shape[2:]
    dx = np.zeros(x.shape)
    mask = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(N, C, OH, OW):
        top, left = i * stride, j * stride
        window = x[n, c, top:top + size, left:left + size]
        best = np.zeros(size * size)
        best[window.argmax()] = 1
        mask[n, c, top:top + size, left:left + size] = best.reshape(size, size)
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    top, left = i * stride, j * stride
                    part = mask[n, c, top:top + size, left:left + size]
                    dx[n, c, top:top + size, left:left + size] += part * dy[n, c, i, j]
    return dx
