# expect: right

import numpy as np


def receptive_field(layers):
    a = np.array(list(map(list, layers)), dtype=np.int64).reshape(-1, 2)
    jumps = np.concatenate([[1], np.cumprod(a[:, 1])])
    return 1 + np.dot(a[:, 0] - 1, jumps[:-1]), jumps[-1]
