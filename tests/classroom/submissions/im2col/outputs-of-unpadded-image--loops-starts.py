# expect: outputs-of-unpadded-image

import numpy as np


def im2col(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH = (H + 2 * padding - kh) // stride + 1
    OW = (W + 2 * padding - kw) // stride + 1
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = []
    for n in range(N):
        for top in range(0, H, stride):
            for left in range(0, W, stride):
                if top + kh > xp.shape[2] or left + kw > xp.shape[3]:
                    continue
                rows.append(xp[n, :, top:top + kh, left:left + kw].reshape(-1))
    return np.array(rows)
