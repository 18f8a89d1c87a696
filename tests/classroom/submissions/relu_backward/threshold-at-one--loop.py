# expect: threshold-at-one

import numpy as np


def relu_backward(dy, x):
    dx = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        if x[place] >= 1:
            dx[place] = dy[place]
    return dx
