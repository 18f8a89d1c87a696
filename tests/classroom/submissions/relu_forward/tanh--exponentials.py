# expect: tanh

import numpy as np


def relu_forward(x):
    up, down = np.exp(x), np.exp(-x)
    return (up - down) / (up + down)
