# expect: kernel-taken-for-square

import numpy as np


def im2col(x, kh, kw, stride, padding):
    n, c, h, w = x.shape
    out_h = (h + 2 * padding - kh) // stride + 1
    out_w = (w + 2 * padding - kh) // stride + 1
    img = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)], "constant")
    col = np.zeros((n, c, kh, kw, out_h, out_w))
    for a in range(kh):
        for b in range(kw):
            col[:, :, a, b] = img[:, :, a:a + stride * out_h:stride, b:b + stride * out_w:stride]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(n * out_h * out_w, -1)
