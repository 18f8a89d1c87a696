# expect: remainder-refused

import numpy as np


def maxpool_forward(x, size, stride):
    n, c, h, w = x.shape
    out_h, out_w = 1 + (h - size) // stride, 1 + (w - size) // stride
    if (h - size) % stride or (w - size) % stride:
        raise ValueError('the windows do not fill the image')
    y = np.empty((n, c, out_h, out_w))
    for r in range(out_h):
        for s in range(out_w):
            window = x[:, :, r * stride:r * stride + size, s * stride:s * stride + size]
            y[:, :, r, s] = window.max(axis=(2, 3))
    return y
