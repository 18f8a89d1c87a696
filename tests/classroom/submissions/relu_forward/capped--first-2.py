# expect: capped

import numpy as np


def relu_forward(x):
    return np.minimum(np.maximum(x, 0), 6)
