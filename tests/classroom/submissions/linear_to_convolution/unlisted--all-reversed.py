# expect: unlisted: order of the channels reversed: the whole row is read backwards

import numpy as np


def linear_to_convolution(w, channels, height, width):
    return np.array([list(reversed(r)) for r in w]).reshape(-1, channels, height, width)
