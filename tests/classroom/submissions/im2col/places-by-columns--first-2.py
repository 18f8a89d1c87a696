# expect: places-by-columns

import numpy as np


def im2col(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH = (H - kh + 2 * padding) // stride + 1
    OW = (W - kw + 2 * padding) // stride + 1
    out = np.zeros((N * OH * OW, C * kh * kw))
    r = 0
    for n in range(N):
        for ox in range(OW):
            for oy in range(OH):
                q = 0
                for c in range(C):
                    for a in range(kh):
                        for b in range(kw):
                            yy = oy * stride + a - padding
                            xx = ox * stride + b - padding
                            if 0 <= yy < H and 0 <= xx < W:
                                out[r, q] = x[n, c, yy, xx]
                            q += 1
                r += 1
    return out
