# expect: rounded-up

import numpy as np


def im2col(x, kh, kw, stride, padding):
    # pixel by pixel; what is outside of the image is 0
    N, C, H, W = x.shape
    tops = list(range(-padding, H + padding - kh + stride, stride))
    lefts = list(range(-padding, W + padding - kw + stride, stride))

    def pixel(n, c, i, j):
        return x[n, c, i, j] if 0 <= i < H and 0 <= j < W else 0.0

    return np.array([[pixel(n, c, t + a, l + b) for c in range(C) for a in range(kh) for b in range(kw)]
                     for n in range(N) for t in tops for l in lefts])
