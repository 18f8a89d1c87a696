# expect: assigned-instead-of-added

import numpy as np


def col2im(cols, x_shape, kh, kw, stride, padding):
    # window by window: the last window counts
    N, C, H, W = x_shape
    out = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    it = iter(cols)
    for n in range(N):
        for i in range(0, out.shape[2] - kh + 1, stride):
            for j in range(0, out.shape[3] - kw + 1, stride):
                out[n, :, i:i + kh, j:j + kw] = next(it).reshape(C, kh, kw)
    return out[:, :, padding:padding + H, padding:padding + W]
