# expect: kernel-by-columns

import numpy as np


def col2im(cols, x_shape, kh, kw, stride, padding):
    N, C, H, W = x_shape
    out = np.zeros((N, C, H, W))
    r = -1
    for n in range(N):
        for i in range(-padding, H + padding - kh + 1, stride):
            for j in range(-padding, W + padding - kw + 1, stride):
                r += 1
                q = -1
                for c in range(C):
                    for v in range(kw):
                        for u in range(kh):
                            q += 1
                            if i + u < 0 or j + v < 0 or i + u >= H or j + v >= W:
                                continue
                            out[n, c, i + u, j + v] += cols[r, q]
    return out
