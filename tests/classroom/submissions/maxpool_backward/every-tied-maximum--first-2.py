# expect: every-tied-maximum

import numpy as np


def maxpool_backward(dy, x, size, stride):
    N, C, H, W = x.shape
    dx = [[[[0.0] * W for _ in range(H)] for _ in range(C)] for _ in range(N)]
    for n, c, i, j in np.ndindex(*dy.shape):
        t, l = i * stride, j * stride
        m = max(x[n, c, t + a, l + b] for a in range(size) for b in range(size))
        for a in range(size):
            for b in range(size):
                if x[n, c, t + a, l + b] == m:
                    dx[n][c][t + a][l + b] += dy[n, c, i, j]
    return np.array(dx)
