# expect: padding-forgotten + no-plus-one

import numpy as np


def im2col(x, kh, kw, stride, padding):
    N, C, H, W = x.shape
    rows = []
    for n in range(N):
        for i in range((H - kh) // stride):
            for j in range((W - kw) // stride):
                rows.append(x[n, :, i * stride:i * stride + kh, j * stride:j * stride + kw].ravel())
    return np.array(rows).reshape(len(rows), C * kh * kw)
