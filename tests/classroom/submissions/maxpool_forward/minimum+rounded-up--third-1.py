# expect: minimum + rounded-up

import math

import numpy as np


def maxpool_forward(x, size, stride):
    n, c, h, w = x.shape
    oh = math.ceil((h - size) / stride) + 1
    ow = math.ceil((w - size) / stride) + 1
    y = np.empty((n, c, oh, ow))
    for i in range(oh):
        for j in range(ow):
            y[:, :, i, j] = np.min(x[:, :, i * stride : i * stride + size, j * stride : j * stride + size], axis=(2, 3))
    return y
