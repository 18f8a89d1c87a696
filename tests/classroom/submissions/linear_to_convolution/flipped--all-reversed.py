# expect: flipped

import numpy as np


def linear_to_convolution(w, channels, height, width):
    return np.array([list(reversed(r)) for r in w]).reshape(-1, channels, height, width)
