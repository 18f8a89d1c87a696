# expect: still-padded

import numpy as np


def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    Hp, Wp = H + 2 * padding, W + 2 * padding
    out = np.zeros((N, C, Hp, Wp))
    r = 0
    for n in range(N):
        for i in range(0, Hp - kh + 1, stride):
            for j in range(0, Wp - kw + 1, stride):
                out[n, :, i:i + kh, j:j + kw] += cols[r].reshape(C, kh, kw)
                r += 1
    return out
