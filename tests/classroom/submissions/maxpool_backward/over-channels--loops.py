# expect: over-channels

import numpy as np


def maxpool_backward(dy, x, size, stride):
    N, C, H, W = x.shape
    OH, OW = dy.shape[2:]
    dx = np.zeros(x.shape)
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    top, left = i * stride, j * stride
                    window = x[:, :, top:top + size, left:left + size]
                    mask = window[n, c] == window.max()
                    dx[n, c, top:top + size, left:left + size] += mask * dy[n, c, i, j]
    return dx
