# expect: right

import numpy as np


def maxpool_backward(dy, x, size, stride):
    # a place of the window after the other, as long as the gradient was not given away
    oh, ow = dy.shape[2:]
    at = [np.s_[:, :, a:a + oh * stride:stride, b:b + ow * stride:stride] for a in range(size) for b in range(size)]
    top = np.max([x[s] for s in at], axis=0)
    left = dy.copy()
    dx = np.zeros_like(x)
    for s in at:
        here = x[s] == top
        dx[s] += np.where(here, left, 0)
        left[here] = 0
    return dx
