# expect: hidden-layers-missing

import numpy as np


def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * (c * k ** 2 + 1)
            c = f
    sizes = np.array([c * h * w, 4096, classes], dtype=np.int64)
    return total + int(((sizes[:-1] + 1) * sizes[1:]).sum())
