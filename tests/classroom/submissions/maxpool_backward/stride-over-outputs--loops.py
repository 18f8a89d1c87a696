# expect: stride-over-outputs

import numpy as np


def maxpool_backward(dy, x, size, stride):
    N, C, H, W = x.shape
    OH, OW = dy.shape[2:]
    dx = np.zeros(x.shape)
    for n in range(N):
        for c in range(C):
            for i in range(0, OH, stride):
                for j in range(0, OW, stride):
                    top, left = i * stride, j * stride
                    window = x[n, c, top:top + size, left:left + size]
                    p, q = np.unravel_index(window.argmax(), window.shape)
                    dx[n, c, top + p, left + q] += dy[n, c, i, j]
    return dx
