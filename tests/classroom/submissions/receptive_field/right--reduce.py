# expect: right

import functools


def receptive_field(layers):
    r, j = functools.reduce(lambda t, l: (t[0] + (l[0] - 1) * t[1], t[1] * l[1]),
                            layers, (1.0, 1.0))
    return r, j
