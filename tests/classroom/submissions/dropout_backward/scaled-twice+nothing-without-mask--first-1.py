# expect: scaled-twice + nothing-without-mask

import numpy as np


def dropout_backward(dy, mask):
    if mask is None:
        return np.zeros(dy.shape)
    return dy * mask * mask
