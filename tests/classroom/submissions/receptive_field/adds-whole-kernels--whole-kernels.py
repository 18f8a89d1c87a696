# expect: adds-whole-kernels

import numpy as np


def receptive_field(layers):
    js = np.cumprod([1] + [s for _, s in layers])
    r = 1
    for (k, _), j in zip(layers, js):
        r += int(k * j)
    return r, int(js[-1])
