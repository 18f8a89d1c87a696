# expect: stride-ignored

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n in range(dy.shape[0]):
        for c in range(dy.shape[1]):
            for i in range(dy.shape[2]):
                for j in range(dy.shape[3]):
                    win = x[n, c, i:i + size, j:j + size]
                    a, b = np.unravel_index(np.argmax(win), win.shape)
                    dx[n, c, i + a, j + b] += dy[n, c, i, j]
    return dx
