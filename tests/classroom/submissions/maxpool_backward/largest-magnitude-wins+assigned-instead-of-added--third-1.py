# expect: largest-magnitude-wins + assigned-instead-of-added

import numpy as np


def maxpool_backward(dy, x, size, stride):
    grad = np.zeros(x.shape)
    for n, c in np.ndindex(*x.shape[:2]):
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                w = np.abs(x[n, c, i * stride : i * stride + size, j * stride : j * stride + size])
                a, b = np.unravel_index(np.argmax(w), w.shape)
                grad[n, c, i * stride + a, j * stride + b] = dy[n, c, i, j]
    return grad
