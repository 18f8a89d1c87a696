# expect: right

import numpy as np


def relu_forward(x):
    return np.asfortranarray(x.astype('f4') * (x >= 0))
