# expect: always-3x3

import functools


def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f = item[0] if isinstance(item, (list, tuple)) else item
            total += f * (9 * c + 1)
            c = f
    return functools.reduce(lambda t, ab: t + (ab[0] + 1) * ab[1],
                            [(c * h * w, 4096), (4096, 4096), (4096, classes)], total)
