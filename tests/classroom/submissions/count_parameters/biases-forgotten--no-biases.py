# expect: biases-forgotten

import math


def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    weights = []
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            weights.append(math.prod((f, c, k, k)))
            c = f
    chain = [c * h * w, 4096, 4096, classes]
    weights += [a * b for a, b in zip(chain, chain[1:])]
    return sum(weights)
