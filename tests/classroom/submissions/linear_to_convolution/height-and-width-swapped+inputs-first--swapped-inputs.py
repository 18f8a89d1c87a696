# expect: height-and-width-swapped + inputs-first

import numpy as np


def linear_to_convolution(w, channels, height, width):
    return np.moveaxis(w.reshape(-1, channels, width, height).transpose(0, 1, 3, 2), 0, 1)
