# expect: right

import math


def receptive_field(layers):
    # from the unit down to the image: n units of a layer see (n - 1) * s + k below
    n = 1
    for layer in reversed(layers):
        n = (n - 1) * layer[1] + layer[0]
    return [n, math.prod(layer[1] for layer in layers)]
