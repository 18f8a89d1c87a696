# expect: channels-last + height-and-width-swapped

import numpy as np


def linear_to_convolution(w, channels, height, width):
    # order='F': channels change fastest, then rows, columns last
    return np.array([row.reshape((channels, height, width), order='F') for row in w])
