# expect: first-image-only

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    rows = []
    for n in range(xp.shape[0]):
        for i in range(0, xp.shape[2] - kh + 1, stride):
            for j in range(0, xp.shape[3] - kw + 1, stride):
                rows.append(xp[n, :, i:i + kh, j:j + kw].reshape(-1))
        return np.array(rows)
