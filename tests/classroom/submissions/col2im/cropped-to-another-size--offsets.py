# expect: cropped-to-another-size

import numpy as np


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    out_h = (h + 2 * padding - kh) // stride + 1
    out_w = (w + 2 * padding - kw) // stride + 1
    six = cols.reshape(n, out_h, out_w, c, kh, kw).transpose(0, 3, 4, 5, 1, 2)
    img = np.zeros((n, c, h + 2 * padding, w + 2 * padding))
    for a in range(kh):
        for b in range(kw):
            img[:, :, a:a + stride * out_h:stride, b:b + stride * out_w:stride] += six[:, :, a, b]
    return img[:, :, padding:h - padding, padding:w - padding]
