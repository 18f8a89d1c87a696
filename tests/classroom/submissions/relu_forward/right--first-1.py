# expect: right

import numpy as np


def relu_forward(x):
    if isinstance(x, (list, np.ndarray)) and np.ndim(x):
        return [relu_list(v) for v in x]
    return max(float(x), 0.0)


def relu_list(v):
    return [relu_list(u) for u in v] if np.ndim(v) else max(float(v), 0.0)
