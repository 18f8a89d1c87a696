# expect: batch-last

import numpy as np


def im2col(x, kh, kw, stride, padding):
    n, c, h, w = x.shape
    xp = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    xp[:, :, padding:h + padding, padding:w + padding] = x
    rows = []
    for i in range(0, xp.shape[2] - kh + 1, stride):
        for j in range(0, xp.shape[3] - kw + 1, stride):
            rows.append(xp[:, :, i:i + kh, j:j + kw].reshape(n, -1))
    return np.concatenate(rows)
