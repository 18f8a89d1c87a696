# expect: stride-counted-not-taken

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH = int((H + 2 * padding - kh) / stride + 1)
    OW = int((W + 2 * padding - kw) / stride + 1)
    xp = _pad(x, padding)
    col = np.zeros((N * OH * OW, C * kh * kw))
    idx = 0
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                col[idx, :] = xp[n, :, i:i + kh, j:j + kw].reshape(1, -1)
                idx += 1
    return col
