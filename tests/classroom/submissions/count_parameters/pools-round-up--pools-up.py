# expect: pools-round-up

import math


def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    n = 0
    for item in configuration:
        if item == "M":
            h, w = math.ceil(h / 2), math.ceil(w / 2)
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            n += f * (c * k * k + 1)
            c = f
    return n + (c * h * w + 1) * 4096 + 4097 * 4096 + 4097 * classes
