# expect: flipped

import numpy as np


def linear_to_convolution(w, channels, height, width):
    cut = w.reshape(w.shape[0], channels, height, width)
    return np.flip(cut, axis=(2, 3)).copy()
