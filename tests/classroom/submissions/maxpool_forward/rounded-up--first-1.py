# expect: rounded-up

import math

import numpy as np


def maxpool_forward(x, size, stride):
    # slices end with the image
    N, C, H, W = x.shape
    oh, ow = math.ceil((H - size) / stride) + 1, math.ceil((W - size) / stride) + 1
    y = np.empty((N, C, oh, ow))
    for i in range(oh):
        for j in range(ow):
            y[:, :, i, j] = x[:, :, i * stride:i * stride + size, j * stride:j * stride + size].max((2, 3))
    return y
