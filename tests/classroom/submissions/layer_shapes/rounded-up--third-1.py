# expect: rounded-up

import math


def layer_shapes(configuration, input_shape):
    out = []
    shape = tuple(input_shape)
    for layer in configuration:
        if layer == "M":
            shape = (shape[0], math.ceil(shape[1] / 2), math.ceil(shape[2] / 2))
        elif type(layer) is int:
            shape = (layer,) + shape[1:]
        else:
            shape = (layer[0],) + shape[1:]
        out.append(shape)
    return out
