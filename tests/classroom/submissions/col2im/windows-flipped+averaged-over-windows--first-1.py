# expect: windows-flipped + averaged-over-windows

import numpy as np


def _size(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    out = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    cnt = np.zeros(out.shape[2:])
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    t = cols.reshape(n, oh, ow, c, kh, kw)[..., ::-1, ::-1]
    for i in range(oh):
        for j in range(ow):
            sl = np.s_[i * stride:i * stride + kh, j * stride:j * stride + kw]
            out[(...,) + sl] += t[:, i, j]
            cnt[sl] += 1
    cnt[cnt == 0] = 1
    out /= cnt
    return out[:, :, padding:padding + h, padding:padding + w]
