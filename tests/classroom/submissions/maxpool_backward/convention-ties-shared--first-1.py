# expect: convention ties-shared

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            sl = np.s_[:, :, i * stride:i * stride + size, j * stride:j * stride + size]
            mask = x[sl] == x[sl].max(axis=(2, 3), keepdims=True)
            dx[sl] += mask / mask.sum(axis=(2, 3), keepdims=True) * dy[:, :, i, j][:, :, None, None]
    return dx
