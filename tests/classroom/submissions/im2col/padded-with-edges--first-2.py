# expect: padded-with-edges

import numpy as np


def im2col(x, kh, kw, stride, padding):
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")
    return np.array([xp[n, :, i:i + kh, j:j + kw].ravel()
                     for n in range(xp.shape[0])
                     for i in range(0, xp.shape[2] - kh + 1, stride)
                     for j in range(0, xp.shape[3] - kw + 1, stride)])
