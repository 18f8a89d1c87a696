# expect: sigmoid

import math

import numpy as np


def relu_forward(x):
    return np.array([1 / (1 + math.exp(-v)) for v in x.ravel()]).reshape(x.shape)
