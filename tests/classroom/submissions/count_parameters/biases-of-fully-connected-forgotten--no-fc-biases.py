# expect: biases-of-fully-connected-forgotten

import numpy as np


def count_parameters(configuration, classes, input_shape):
    shape = list(input_shape)
    count = 0
    for item in configuration:
        if item == "M":
            shape[1:] = [s // 2 for s in shape[1:]]
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            count += np.zeros((f, shape[0], k, k), dtype=bool).size + f
            shape[0] = f
    return count + shape[0] * shape[1] * shape[2] * 4096 + 4096 ** 2 + 4096 * classes
