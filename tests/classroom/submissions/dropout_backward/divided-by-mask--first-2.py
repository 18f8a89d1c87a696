# expect: divided-by-mask

import numpy as np


def dropout_backward(dy, mask):
    # division by zero where a unit was dropped
    if mask is None:
        return dy
    with np.errstate(divide='ignore', invalid='ignore'):
        return dy / mask
