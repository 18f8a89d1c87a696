# expect: batch-last

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    N = len(x)
    rows = []
    ii = range(0, xp.shape[2] - kh + 1, stride)
    jj = range(0, xp.shape[3] - kw + 1, stride)
    for i in ii:
        for j in jj:
            for n in range(N):
                rows.append(xp[n, :, i:i + kh, j:j + kw].ravel())
    y = np.array(rows) @ w.reshape(F, -1).T + b
    return y.reshape(N, len(ii), len(jj), F).transpose(0, 3, 1, 2)
