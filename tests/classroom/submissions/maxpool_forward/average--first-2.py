# expect: average

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    oh, ow = (H - size) // stride + 1, (W - size) // stride + 1
    y = np.zeros((N, C, oh, ow))
    for a in range(size):
        for b in range(size):
            y += x[:, :, a:a + stride * oh:stride, b:b + stride * ow:stride] / size ** 2
    return y
