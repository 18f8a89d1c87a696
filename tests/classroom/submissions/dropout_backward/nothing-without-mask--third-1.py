# expect: nothing-without-mask

import numpy as np


def dropout_backward(dy, mask):
    if mask is None:
        return np.zeros_like(dy)
    return np.einsum("...,...->...", dy, mask)
