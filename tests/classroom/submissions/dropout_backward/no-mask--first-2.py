# expect: no-mask

import numpy as np


def dropout_backward(dy, mask):
    # scaled, but not masked
    if mask is None:
        return dy
    return dy * np.max(mask)
