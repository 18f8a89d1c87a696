# expect: stride-ignored

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    rows = []
    for n in range(xp.shape[0]):
        i = 0
        while i + kh <= xp.shape[2]:
            j = 0
            while j + kw <= xp.shape[3]:
                rows.append(xp[n, :, i:i + kh, j:j + kw].ravel())
                j += 1
            i += 1
    return np.array(rows)
