# expect: right

import numpy as np


def relu_backward(dy, x):
    def both(g, v):
        if np.ndim(v):
            return [both(a, b) for a, b in zip(g, v)]
        return float(g) if v > 0 else 0.0
    return both(dy, x)
