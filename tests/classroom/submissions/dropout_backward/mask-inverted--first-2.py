# expect: mask-inverted

import numpy as np


def dropout_backward(dy, mask):
    # with the factor
    if mask is None:
        return dy
    return np.where(mask > 0, 0, dy * mask.max())
