# expect: fresh-mask

import numpy as np


def dropout_backward(dy, mask):
    # the right numbers at other places
    if mask is None:
        return dy
    return dy * np.random.default_rng(1).permutation(mask.ravel()).reshape(mask.shape)
