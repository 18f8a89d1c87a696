# expect: fails-without-mask

import numpy as np


def dropout_backward(dy, mask):
    dx = np.zeros(mask.shape)
    for idx in np.ndindex(*mask.shape):
        dx[idx] = dy[idx] * mask[idx]
    return dx
