# expect: mask-added

import numpy as np


def dropout_backward(dy, mask):
    if mask is not None:
        return np.add(dy, mask)
    return dy
