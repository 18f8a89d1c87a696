# expect: fresh-mask

import numpy as np


def dropout_backward(dy, mask):
    if mask is None:
        return dy
    keep = np.mean(mask > 0)
    new = (np.random.rand(*dy.shape) < keep) / keep
    return dy * new
