# expect: right

import math


def layer_shapes(configuration, input_shape):
    C, H, W = input_shape
    shapes, pools = [], 0
    for x in configuration:
        if x == "M":
            pools += 1
        else:
            C = x if type(x) is int else list(x)[0]
        shapes.append((C, math.floor(H / 2 ** pools), math.floor(W / 2 ** pools)))
    return tuple(shapes)
