# expect: windows-flipped + border-cut-off-on-one-side

import numpy as np


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    six = cols.reshape(n, oh, ow, c, kh, kw)[..., ::-1, ::-1]
    buf = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for r in range(oh):
        for s in range(ow):
            buf[:, :, r * stride : r * stride + kh, s * stride : s * stride + kw] += six[:, r, s]
    return buf[:, :, 2 * padding :, 2 * padding :]
