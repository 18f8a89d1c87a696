# expect: right

import numpy as np


def count_parameters(configuration, classes, input_shape):
    # makes the arrays' shapes and adds up their sizes
    shapes = []
    c, h, w = input_shape
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = [item, 3] if np.isscalar(item) else item
            shapes += [(f, c, k, k), (f,)]
            c = f
    n = c * h * w
    for m in [4096, 4096, classes]:
        shapes += [(m, n), (m,)]
        n = m
    return np.sum([np.prod(s, dtype=np.int64) for s in shapes])
