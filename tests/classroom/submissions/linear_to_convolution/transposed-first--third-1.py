# expect: transposed-first

import numpy as np


def linear_to_convolution(w, channels, height, width):
    return np.reshape(w.T, (w.shape[0], channels, height, width))
