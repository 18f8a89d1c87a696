# expect: gradient-of-average

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros(x.shape)
    oh, ow = dy.shape[2:]
    for a in range(size):
        for b in range(size):
            dx[:, :, a:a + oh * stride:stride, b:b + ow * stride:stride] += dy / (size * size)
    return dx
