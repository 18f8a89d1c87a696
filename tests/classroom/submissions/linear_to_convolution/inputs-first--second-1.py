# expect: inputs-first

import numpy as np


def linear_to_convolution(w, channels, height, width):
    return np.array([w[:, c * height * width:(c + 1) * height * width]
                     .reshape(-1, height, width) for c in range(channels)])
