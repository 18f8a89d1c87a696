# expect: sigmoid

import numpy as np


def relu_forward(x):
    return 0.5 * (1 + np.tanh(x / 2))
