# expect: flipped

import numpy as np


def linear_to_convolution(w, channels, height, width):
    return np.rot90(w.reshape(-1, channels, height, width), 2, axes=(2, 3))
