# expect: transposed-first

import numpy as np


def linear_to_convolution(w, channels, height, width):
    numbers = iter([w[i][j] for j in range(w.shape[1]) for i in range(w.shape[0])])
    out = np.zeros((w.shape[0], channels, height, width))
    for index in np.ndindex(out.shape):
        out[index] = next(numbers)
    return out
