# expect: right

import numpy as np


def linear_to_convolution(w, channels, height, width):
    out = np.zeros((len(w), channels, height, width))
    i = 0
    for c in range(channels):
        for y in range(height):
            for x in range(width):
                out[:, c, y, x] = w[:, i]
                i += 1
    return out
