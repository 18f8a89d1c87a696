# expect: stride-on-one-axis

import numpy as np


def im2col(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    HP, WP = H + 2 * padding, W + 2 * padding
    xp = np.zeros((N, C, HP, WP))
    xp[:, :, padding:padding + H, padding:padding + W] = x
    oh, ow = HP - kh + 1, (WP - kw) // stride + 1
    cols = np.zeros((N * oh * ow, C * kh * kw))
    row = 0
    for n in range(N):
        for top in range(0, HP - kh + 1):
            for left in range(0, WP - kw + 1, stride):
                cols[row] = xp[n, :, top:top + kh, left:left + kw].ravel()
                row += 1
    return cols
