# expect: convention last-of-ties

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros(x.shape)
    N, C, OH, OW = dy.shape
    for n in range(N):
        for c in range(C):
            for i in range(OH):
                for j in range(OW):
                    best, where = -np.inf, None
                    for a in range(i * stride, i * stride + size):
                        for b in range(j * stride, j * stride + size):
                            if x[n, c, a, b] >= best:
                                best, where = x[n, c, a, b], (a, b)
                    dx[n, c, where[0], where[1]] += dy[n, c, i, j]
    return dx
