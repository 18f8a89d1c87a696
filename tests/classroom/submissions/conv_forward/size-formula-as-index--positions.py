# expect: size-formula-as-index

import numpy as np


def conv_forward(x, w, b, stride, padding):
    n, c, h, wd = x.shape
    f, _, kh, kw = w.shape
    out_h = 1 + (h + 2 * padding - kh) // stride
    out_w = 1 + (wd + 2 * padding - kw) // stride
    big = np.zeros((n, c, h + 2 * padding, wd + 2 * padding))
    big[:, :, padding:padding + h, padding:padding + wd] = x
    y = np.zeros((n, f, out_h, out_w))
    for top in range(0, big.shape[2] - kh + 1, stride):
        for left in range(0, big.shape[3] - kw + 1, stride):
            r = int(1 + (top + 2 * padding - kh) / stride)
            s = int(1 + (left + 2 * padding - kw) / stride)
            patch = big[:, :, top:top + kh, left:left + kw]
            y[:, :, r, s] = np.tensordot(patch, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return y
