# expect: flipped

import numpy as np


def linear_to_convolution(w, channels, height, width):
    f = w.reshape(len(w), channels, height, width)
    g = np.zeros_like(f)
    for i in range(height):
        for j in range(width):
            g[:, :, height - 1 - i, width - 1 - j] = f[:, :, i, j]
    return g
