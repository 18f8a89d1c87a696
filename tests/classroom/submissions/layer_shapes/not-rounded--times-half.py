# expect: not-rounded

import numpy as np


def layer_shapes(configuration, input_shape):
    shape, found = np.array(input_shape, float), []
    for item in configuration:
        if item == "M":
            shape = shape * [1, 0.5, 0.5]
        else:
            shape = np.array([item if np.isscalar(item) else item[0], shape[1], shape[2]])
        found.append(shape)
    return found
