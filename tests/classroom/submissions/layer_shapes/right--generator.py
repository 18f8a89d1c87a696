# expect: right

import numpy as np


def layer_shapes(configuration, input_shape):
    def walk():
        c, h, w = map(np.int64, input_shape)
        for item in configuration:
            try:
                c, _ = item
            except TypeError:
                c = item
            except ValueError:            # "M"
                h, w = h // 2, w // 2
            yield c, h, w
    return list(walk())
