# expect: channels-first

import numpy as np


def linear_to_convolution(w, channels, height, width):
    parts = np.split(w.ravel(), channels)
    return np.stack([p.reshape(len(w), height, width) for p in parts], axis=1)
