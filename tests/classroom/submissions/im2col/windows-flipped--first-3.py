# expect: windows-flipped

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    xp = _pad(x, padding)
    cols = np.empty((N, OH, OW, C, kh, kw))
    for u in range(kh):
        for v in range(kw):
            cols[..., kh - 1 - u, kw - 1 - v] = xp[:, :, u:u + stride * OH:stride, v:v + stride * OW:stride].transpose(0, 2, 3, 1)
    return cols.reshape(N * OH * OW, C * kh * kw)
