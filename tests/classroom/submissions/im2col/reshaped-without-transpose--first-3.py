# expect: reshaped-without-transpose

import numpy as np


def _pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def im2col(x, kh, kw, stride, padding):
    xp = _pad(x, padding)
    n, c = x.shape[:2]
    oh, ow = [(m - k) // stride + 1 for m, k in zip(xp.shape[2:], (kh, kw))]
    # one line for each place of the kernel, then "turn it" by reshape
    lines = [xp[:, ch, a:a + oh * stride:stride, b:b + ow * stride:stride].ravel()
             for ch in range(c) for a in range(kh) for b in range(kw)]
    return np.array(lines).reshape(n * oh * ow, c * kh * kw)
