# expect: kernel-sides-exchanged + padding-forgotten

import numpy as np


def im2col(x, kh, kw, stride, padding):
    n, c, rows, columns = x.shape
    lines = []
    for k in range(n):
        for y in range((rows - kw) // stride + 1):
            for z in range((columns - kh) // stride + 1):
                lines.append(x[k, :, y * stride : y * stride + kw, z * stride : z * stride + kh].reshape(-1))
    return np.stack(lines)
