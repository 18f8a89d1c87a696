# expect: kernel-flipped

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    xp = _pad(x, padding)
    y = np.zeros((N, F, OH, OW))
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    s = b[f]
                    for c in range(C):
                        for k in range(kh):
                            for l in range(kw):
                                s += xp[n, c, i * stride + kh - 1 - k, j * stride + kw - 1 - l] * w[f, c, k, l]
                    y[n, f, i, j] = s
    return y
