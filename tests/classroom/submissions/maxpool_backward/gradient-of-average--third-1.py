# expect: gradient-of-average

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x, dtype=float)
    oh, ow = dy.shape[2:]
    for i, j in np.ndindex(size, size):
        dx[:, :, i : i + oh * stride : stride, j : j + ow * stride : stride] += dy / size**2
    return dx
