# expect: padded-on-one-side

import numpy as np


def im2col(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    big = np.zeros((N, C, H + padding, W + padding))
    big[:, :, :H, :W] = x
    rows = []
    for n in range(N):
        for i in range(0, H + padding - kh + 1, stride):
            for j in range(0, W + padding - kw + 1, stride):
                rows.append(big[n, :, i:i + kh, j:j + kw].ravel())
    return np.array(rows)
