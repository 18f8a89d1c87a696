# expect: height-and-width-swapped

import numpy as np


def maxpool_forward(x, size, stride):
    N, C, H, W = x.shape
    oh, ow = (H - size) // stride + 1, (W - size) // stride + 1
    y = np.empty((N, C, ow, oh))
    for i in range(ow):
        for j in range(oh):
            y[:, :, i, j] = x[:, :, j * stride:j * stride + size, i * stride:i * stride + size].max((2, 3))
    return y
