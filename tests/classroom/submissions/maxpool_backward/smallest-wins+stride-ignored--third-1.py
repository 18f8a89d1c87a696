# expect: smallest-wins + stride-ignored

import numpy as np


def maxpool_backward(dy, x, size, stride):
    out = np.zeros(x.shape)
    oh, ow = dy.shape[2:]
    views = np.stack([x[:, :, i : i + oh, j : j + ow] for i in range(size) for j in range(size)], axis=-1)
    chosen = np.eye(size * size)[views.argmin(axis=-1)]
    for k in range(size * size):
        i, j = divmod(k, size)
        out[:, :, i : i + oh, j : j + ow] += dy * chosen[..., k]
    return out
