# expect: reshaped-without-transpose

import numpy as np


def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out_h = (H + 2 * padding - kh) // stride + 1
    out_w = (W + 2 * padding - kw) // stride + 1
    col = cols.reshape(N, C, kh, kw, out_h, out_w)
    img = np.zeros((N, C, H + 2 * padding + stride - 1, W + 2 * padding + stride - 1))
    for y in range(kh):
        for x in range(kw):
            img[:, :, y:y + stride * out_h:stride, x:x + stride * out_w:stride] += col[:, :, y, x]
    return img[:, :, padding:H + padding, padding:W + padding]
