# expect: dw-divided-by-batch

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    xp = _pad(x, padding)
    dxp = np.zeros_like(xp)
    dws = []
    for n in range(N):
        one = np.zeros_like(w)
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                sl = (n, slice(None), slice(i * stride, i * stride + kh), slice(j * stride, j * stride + kw))
                one += dy[n, :, i, j][:, None, None, None] * xp[sl]
                dxp[sl] += np.tensordot(dy[n, :, i, j], w, axes=1)
        dws.append(one)
    return dxp[:, :, padding:H + padding, padding:W + padding], np.mean(dws, axis=0), dy.sum((0, 2, 3))
