# expect: channels-last

import numpy as np


def linear_to_convolution(w, channels, height, width):
    out = np.empty((w.shape[0], channels, height, width), dtype=w.dtype)
    for o, row in enumerate(w):
        for i, value in enumerate(row):
            rest, c = divmod(i, channels)
            y, x = divmod(rest, width)
            out[o, c, y, x] = value
    return out
