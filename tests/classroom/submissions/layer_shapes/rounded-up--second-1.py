# expect: rounded-up

import math

import numpy as np


def layer_shapes(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = math.ceil(h / 2), math.ceil(w / 2)
        else:
            c = np.ravel(item)[0].item()
        out.append((c, h, w))
    return out
