# expect: into-all-images

import numpy as np


def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    OH = (H + 2 * padding - kh) // stride + 1
    OW = (W + 2 * padding - kw) // stride + 1
    xp = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
    row = 0
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                top, left = i * stride, j * stride
                xp[:, :, top:top + kh, left:left + kw] += cols[row].reshape(C, kh, kw)
                row += 1
    return xp[:, :, padding:padding + H, padding:padding + W]
