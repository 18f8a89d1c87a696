# expect: right

import numpy as np


def linear_to_convolution(w, channels, height, width):
    return np.float32([[[[row[(c * height + i) * width + j] for j in range(width)]
                         for i in range(height)] for c in range(channels)] for row in w])
