# expect: fails-without-mask

import numpy as np


def dropout_backward(dy, mask):
    return np.array([g * m for g, m in zip(dy.flat, mask.flat)]).reshape(dy.shape)
