# expect: keeps-the-negative

import numpy as np


def relu_forward(x):
    return np.vectorize(lambda v: min(v, 0.0), otypes=[float])(x)
