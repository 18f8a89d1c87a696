# expect: tanh

import numpy as np


def relu_forward(x):
    return np.tanh(x)
