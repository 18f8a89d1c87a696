# expect: into-first-image

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def _col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    six = cols.reshape(n, oh, ow, c, kh, kw)
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for a in range(kh):
        for b in range(kw):
            out[:, :, a:a + stride * oh:stride, b:b + stride * ow:stride] += six[..., a, b].transpose(0, 3, 1, 2)
    return out[:, :, padding:padding + h, padding:padding + w]


def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out = np.zeros((N, C, H, W))
    parts = cols.reshape(N, -1, C * kh * kw)
    for n in range(N):
        out[0] += _col2im(parts[n], (1, C, H, W), kh, kw, stride, padding)[0]
    return out
