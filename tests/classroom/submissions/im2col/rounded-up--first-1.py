# expect: rounded-up

import math

import numpy as np


def im2col(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    OH = math.ceil((H + 2 * padding - kh) / stride) + 1
    OW = math.ceil((W + 2 * padding - kw) / stride) + 1
    need_h = (OH - 1) * stride + kh
    need_w = (OW - 1) * stride + kw
    big = np.zeros((N, C, need_h, need_w))
    big[:, :, padding:padding + H, padding:padding + W] = x
    rows = []
    for n in range(N):
        for i in range(OH):
            for j in range(OW):
                rows.append(big[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw].ravel())
    return np.array(rows)
