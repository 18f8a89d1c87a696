# expect: largest-magnitude-wins

import itertools

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    for n, c in np.ndindex(*x.shape[:2]):
        for i, j in np.ndindex(*dy.shape[2:]):
            r0, c0 = i * stride, j * stride
            a, b = max(itertools.product(range(size), repeat=2), key=lambda q: x[n, c, r0 + q[0], c0 + q[1]] ** 2)
            dx[n, c, r0 + a, c0 + b] += dy[n, c, i, j]
    return dx
