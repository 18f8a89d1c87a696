# expect: right

import numpy as np


def relu_backward(dy, x):
    it = np.nditer([dy, x, None])
    for g, v, out in it:
        out[...] = g * (v > 0)
    return it.operands[2]
