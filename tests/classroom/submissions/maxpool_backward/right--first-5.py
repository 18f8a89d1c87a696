# expect: right

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = x * 0
    for i, j in np.ndindex(*dy.shape[2:]):
        s = np.s_[:, :, i * stride:i * stride + size, j * stride:j * stride + size]
        win = x[s]
        first = np.zeros(win.shape[:2] + (size * size,))
        np.put_along_axis(first, win.reshape(*win.shape[:2], -1).argmax(-1)[..., None], 1, axis=-1)
        dx[s] += first.reshape(win.shape) * dy[:, :, i, j, None, None]
    return dx
