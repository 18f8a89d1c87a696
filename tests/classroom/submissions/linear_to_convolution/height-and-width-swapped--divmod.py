# expect: height-and-width-swapped

import numpy as np


def linear_to_convolution(w, channels, height, width):
    out = np.zeros((len(w), channels, height, width))
    for c in range(channels):
        for i in range(height):
            for j in range(width):
                out[:, c, i, j] = w[:, c * height * width + j * height + i]
    return out
