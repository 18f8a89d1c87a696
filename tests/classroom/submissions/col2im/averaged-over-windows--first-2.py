# expect: averaged-over-windows

import numpy as np


def col2im(cols, x_shape, kh, kw, stride, padding):
    # pure Python: lists of what comes back to each pixel
    N, C, H, W = x_shape
    came = {}
    r = 0
    for n in range(N):
        for i in range(-padding, H + padding - kh + 1, stride):
            for j in range(-padding, W + padding - kw + 1, stride):
                q = 0
                for c in range(C):
                    for a in range(kh):
                        for b in range(kw):
                            came.setdefault((n, c, i + a, j + b), []).append(cols[r, q])
                            q += 1
                r += 1
    out = np.zeros((N, C, H, W))
    for (n, c, i, j), numbers in came.items():
        if 0 <= i < H and 0 <= j < W:
            out[n, c, i, j] = np.mean(numbers)
    return out
