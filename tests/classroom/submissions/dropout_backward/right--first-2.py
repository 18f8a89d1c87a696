# expect: right

import numpy as np


def dropout_backward(dy, mask):
    return np.asfortranarray(dy * (1 if mask is None else np.asarray(mask)), dtype=np.float32)
