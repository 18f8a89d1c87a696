# expect: strides-forgotten

import numpy as np


def receptive_field(layers):
    return 1 + sum(l[0] - 1 for l in layers), int(np.prod([l[1] for l in layers], dtype=int))
