# expect: scaled-twice

import numpy as np


def dropout_backward(dy, mask):
    # finds the factor by counting
    if mask is None:
        return dy
    return dy * mask / np.mean(mask != 0)
