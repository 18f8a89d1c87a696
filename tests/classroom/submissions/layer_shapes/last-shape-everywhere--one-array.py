# expect: last-shape-everywhere

import numpy as np


def layer_shapes(configuration, input_shape):
    state = np.array(input_shape)
    history = [state for _ in configuration]
    for item in configuration:
        if item == "M":
            state[1:] //= 2
        else:
            state[0] = item if isinstance(item, int) else item[0]
    return history
