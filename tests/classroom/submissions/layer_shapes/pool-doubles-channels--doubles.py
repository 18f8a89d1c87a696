# expect: pool-doubles-channels

import itertools


def layer_shapes(configuration, input_shape):
    def step(shape, item):
        c, h, w = shape
        if item == "M":
            return 2 * c, h // 2, w // 2
        return (item if isinstance(item, int) else item[0]), h, w
    return list(itertools.accumulate(configuration, step, initial=tuple(input_shape)))[1:]
