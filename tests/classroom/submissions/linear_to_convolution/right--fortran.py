# expect: right

import numpy as np


def linear_to_convolution(w, channels, height, width):
    a = np.asarray(w).T.reshape((width, height, channels, -1), order='F')
    return np.asfortranarray(a.transpose(3, 2, 1, 0))
