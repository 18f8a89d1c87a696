# expect: mask-inverted + fails-without-mask

import numpy as np


def dropout_backward(dy, mask):
    return dy * np.logical_not(mask.astype(bool))
