# expect: right

import numpy as np


def plateau(history, lr, factor, patience):
    if not history:
        return lr
    age = len(history) - 1 - list(history).index(max(history))
    return np.float64(lr * factor) if age >= patience else np.float64(lr)
