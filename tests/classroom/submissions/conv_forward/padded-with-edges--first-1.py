# expect: padded-with-edges

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def conv_forward(x, w, b, stride, padding):
    F, C, kh, kw = w.shape
    N, C, H, W = x.shape
    OH, OW = _size(H, kh, stride, padding), _size(W, kw, stride, padding)
    y = np.zeros((N, F, OH, OW))
    for i in range(OH):
        for j in range(OW):
            acc = 0
            for u in range(kh):
                for v in range(kw):
                    yy = min(max(i * stride + u - padding, 0), H - 1)
                    xx = min(max(j * stride + v - padding, 0), W - 1)
                    acc = acc + x[:, :, yy, xx] @ w[:, :, u, v].T
            y[:, :, i, j] = acc + b
    return y
