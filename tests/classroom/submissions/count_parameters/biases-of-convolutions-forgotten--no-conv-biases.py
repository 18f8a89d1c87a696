# expect: biases-of-convolutions-forgotten

import numpy as np


def count_parameters(configuration, classes, input_shape):
    if configuration:
        item, rest = configuration[0], configuration[1:]
        c, h, w = input_shape
        if item == "M":
            return count_parameters(rest, classes, (c, h // 2, w // 2))
        f, k = (item, 3) if isinstance(item, int) else item
        return c * f * k * k + count_parameters(rest, classes, (f, h, w))
    n = int(np.prod(input_shape))
    return (n + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * classes
