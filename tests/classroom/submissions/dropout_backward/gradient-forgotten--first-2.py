# expect: gradient-forgotten

import numpy as np


def dropout_backward(dy, mask):
    # ones at test
    return np.ones_like(dy) if mask is None else mask.copy()
