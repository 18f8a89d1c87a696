# expect: reshaped-without-transpose

import numpy as np


def im2col(x, kh, kw, stride, padding):
    # the book "Deep learning from scratch", but the transpose is missing
    N, C, H, W = x.shape
    out_h = (H + 2 * padding - kh) // stride + 1
    out_w = (W + 2 * padding - kw) // stride + 1
    img = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)], 'constant')
    col = np.zeros((N, C, kh, kw, out_h, out_w))
    for y in range(kh):
        y_max = y + stride * out_h
        for xx in range(kw):
            x_max = xx + stride * out_w
            col[:, :, y, xx, :, :] = img[:, :, y:y_max:stride, xx:x_max:stride]
    return col.reshape(N * out_h * out_w, -1)
