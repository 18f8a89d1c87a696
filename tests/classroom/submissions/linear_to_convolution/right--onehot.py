# expect: right

import numpy as np


def linear_to_convolution(w, channels, height, width):
    basis = np.eye(channels * height * width).reshape(-1, channels, height, width)
    return np.einsum('oi,ichw->ochw', w, basis)
