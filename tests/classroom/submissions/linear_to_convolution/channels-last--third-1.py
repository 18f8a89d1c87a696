# expect: channels-last

import numpy as np


def linear_to_convolution(w, channels, height, width):
    filters = np.zeros((len(w), channels, height, width))
    for o, row in enumerate(w):
        k = 0
        for i in range(height):
            for j in range(width):
                for c in range(channels):
                    filters[o, c, i, j] = row[k]
                    k += 1
    return filters
