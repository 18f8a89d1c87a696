# expect: mask-inverted + fails-without-mask

import numpy as np


def dropout_backward(dy, mask):
    dx = np.array(dy, dtype=float)
    dx[mask > 0] = 0
    return dx
