# expect: right

import numpy as np


def layer_shapes(configuration, input_shape):
    shape = np.array(input_shape)
    result = np.zeros((len(configuration), 3), dtype=int)
    for i, item in enumerate(configuration):
        if item == 'M':
            shape = np.array([shape[0], (shape[1] - 2) // 2 + 1, (shape[2] - 2) // 2 + 1])
        else:
            f, k = (item, 3) if np.ndim(item) == 0 else item
            side = shape[1:] + (k - 1) - k + 1
            shape = np.array([f, *side])
        result[i] = shape
    return [tuple(int(v) for v in row) for row in result]
