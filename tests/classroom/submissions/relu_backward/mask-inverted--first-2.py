# expect: mask-inverted

import numpy as np


def relu_backward(dy, x):
    return np.array([g if v < 0 else 0.0 for g, v in zip(dy.flat, x.flat)]).reshape(x.shape)
