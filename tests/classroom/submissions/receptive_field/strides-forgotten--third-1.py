# expect: strides-forgotten

import math


def receptive_field(layers):
    r = 1 + sum(k - 1 for k, _ in layers)
    return r, math.prod(s for _, s in layers)
