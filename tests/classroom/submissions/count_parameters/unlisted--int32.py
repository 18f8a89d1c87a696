# expect: unlisted: summed in int32: overflows for large nets

import numpy as np


def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = np.int32(0)
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total = total + np.int32(f * (c * k * k + 1))
            c = f
    fc = np.array([(c * h * w + 1) * 4096, 4097 * 4096, 4097 * classes]).astype(np.int32)
    return int(total + np.sum(fc, dtype=np.int32))
