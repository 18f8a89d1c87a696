# expect: capped

import numpy as np


def relu_forward(x):
    return np.clip(x, 0, 1)
