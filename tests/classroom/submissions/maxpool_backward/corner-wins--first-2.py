# expect: corner-wins

import numpy as np


def maxpool_backward(dy, x, size, stride):
    dx = np.zeros_like(x)
    oh, ow = dy.shape[2:]
    dx[:, :, :oh * stride:stride, :ow * stride:stride] += dy
    return dx
