# expect: divided-by-mask

import numpy as np


def dropout_backward(dy, mask):
    if mask is None:
        return dy
    return np.divide(dy, mask, out=np.zeros_like(dy), where=mask != 0)
