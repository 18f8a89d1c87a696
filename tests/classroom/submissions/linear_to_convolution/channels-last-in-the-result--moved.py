# expect: channels-last-in-the-result

import numpy as np


def linear_to_convolution(w, channels, height, width):
    filters = np.stack([row.reshape(channels, height, width) for row in w])
    return np.moveaxis(filters, 1, -1)
