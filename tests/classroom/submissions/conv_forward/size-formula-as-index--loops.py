# expect: size-formula-as-index

import numpy as np


def conv_forward(x, w, b, stride, padding):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    OH = (H + 2 * padding - kh) // stride + 1
    OW = (W + 2 * padding - kw) // stride + 1
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.zeros((N, F, OH, OW))
    for n in range(N):
        for f in range(F):
            for top in range(0, H + 2 * padding - kh + 1, stride):
                for left in range(0, W + 2 * padding - kw + 1, stride):
                    i = (top + 2 * padding - kh) // stride + 1
                    j = (left + 2 * padding - kw) // stride + 1
                    window = xp[n, :, top:top + kh, left:left + kw]
                    y[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return y
