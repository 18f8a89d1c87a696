# expect: no-plus-one

import numpy as np


def maxpool_forward(x, size, stride):
    # range without + 1: wrong where the stride divides
    rows = range(0, x.shape[2] - size, stride)
    cols = range(0, x.shape[3] - size, stride)
    y = np.empty(x.shape[:2] + (len(rows), len(cols)))
    for i, r in enumerate(rows):
        for j, c in enumerate(cols):
            y[:, :, i, j] = x[:, :, r:r + size, c:c + size].max((2, 3))
    return y
