# expect: stride-counted-not-taken

import numpy as np


def _border(x, p):
    return np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])


def _size(length, k, s, p=0):
    return (length + 2 * p - k) // s + 1


def im2col(x, kh, kw, stride, padding):
    n, c, h, w = x.shape
    oh, ow = _size(h, kh, stride, padding), _size(w, kw, stride, padding)
    xp = _border(x, padding)
    res = np.zeros((n * oh * ow, c * kh * kw))
    row = 0
    for b in range(n):
        for p in range(oh):
            for q in range(ow):
                res[row] = xp[b, :, p : p + kh, q : q + kw].ravel()
                row += 1
    return res
