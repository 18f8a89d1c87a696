# expect: unlisted: largest instead of sum where windows overlap

import numpy as np


def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    r = 0
    for n in range(N):
        for i in range(0, out.shape[2] - kh + 1, stride):
            for j in range(0, out.shape[3] - kw + 1, stride):
                part = out[n, :, i:i + kh, j:j + kw]
                np.maximum(part, cols[r].reshape(C, kh, kw), out=part)
                r += 1
    return out[:, :, padding:padding + H, padding:padding + W]
