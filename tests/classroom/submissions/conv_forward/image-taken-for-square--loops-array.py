# expect: image-taken-for-square

import numpy as np


def conv_forward(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    OH = (H + 2 * padding - kh) // stride + 1
    OW = (W + 2 * padding - kw) // stride + 1
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.zeros((N, F, OH, (H + 2 * padding - kw) // stride + 1))
    for n in range(N):
        for f in range(F):
            for i in range(OH):
                for j in range(OW):
                    top, left = i * stride, j * stride
                    window = xp[n, :, top:top + kh, left:left + kw]
                    y[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return y
