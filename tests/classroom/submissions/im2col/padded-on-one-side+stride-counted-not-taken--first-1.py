# expect: padded-on-one-side + stride-counted-not-taken

import numpy as np


def im2col(x, kh, kw, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (0, padding), (0, padding)))
    N, C, H, W = x.shape
    OH, OW = (H - kh) // stride + 1, (W - kw) // stride + 1
    return np.array([x[n, :, i:i + kh, j:j + kw].ravel()
                     for n in range(N) for i in range(OH) for j in range(OW)])
