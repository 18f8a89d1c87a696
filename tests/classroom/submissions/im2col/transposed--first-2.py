# expect: transposed

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    columns = []
    for img in xp:
        for top in range(0, xp.shape[2] - kh + 1, stride):
            for left in range(0, xp.shape[3] - kw + 1, stride):
                columns.append(img[:, top:top + kh, left:left + kw].ravel())
    return np.stack(columns, axis=1)
