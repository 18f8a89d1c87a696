# expect: right

import numpy as np


def linear_to_convolution(w, channels, height, width):
    return np.stack([[np.vsplit(part.reshape(height, width), 1)[0]
                      for part in np.array_split(row, channels)] for row in w])
