# expect: channels-last

import numpy as np


def col2im(cols, x_shape, kh, kw, stride, padding):
    n, c, h, w = x_shape
    out = np.zeros((n, h + 2 * padding, w + 2 * padding, c))
    rows = list(cols)
    for m in range(n):
        for top in range(0, h + 2 * padding - kh + 1, stride):
            for left in range(0, w + 2 * padding - kw + 1, stride):
                out[m, top:top + kh, left:left + kw] += rows.pop(0).reshape(kh, kw, c)
    out = out[:, padding:padding + h, padding:padding + w]
    return out.transpose(0, 3, 1, 2)
