# expect: height-and-width-swapped

import numpy as np


def linear_to_convolution(w, channels, height, width):
    return np.array([[m.T for m in f] for f in w.reshape(-1, channels, height, width)])
