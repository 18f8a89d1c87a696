# expect: height-and-width-swapped

import numpy as np


def linear_to_convolution(w, channels, height, width):
    return np.reshape(w, [w.shape[0], channels, width, height])
