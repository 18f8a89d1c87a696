# expect: dw-flipped

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def _col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    six = cols.reshape(n, oh, ow, c, kh, kw)
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for a in range(kh):
        for b in range(kw):
            out[:, :, a:a + stride * oh:stride, b:b + stride * ow:stride] += six[..., a, b].transpose(0, 3, 1, 2)
    return out[:, :, padding:padding + h, padding:padding + w]


def conv_backward(dy, x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, C, kh, kw = w.shape
    OH, OW = dy.shape[2:]
    xp = _pad(x, padding)
    dw = np.zeros(w.shape)
    for a in range(kh):
        for c in range(kw):
            part = xp[:, :, a:a + OH * stride:stride, c:c + OW * stride:stride]
            dw[:, :, kh - 1 - a, kw - 1 - c] = np.tensordot(dy, part, axes=([0, 2, 3], [0, 2, 3]))
    d = dy.transpose(0, 2, 3, 1).reshape(-1, F)
    return _col2im(d @ w.reshape(F, -1), x.shape, kh, kw, stride, padding), dw, d.sum(0)
