# expect: right

import numpy as np


def relu_forward(x):
    out = np.zeros(x.shape)
    for idx, v in np.ndenumerate(x):
        if v > 0:
            out[idx] = v
    return out
