# expect: factor-is-the-rate

import numpy as np


def plateau(history, lr, factor, patience):
    n = len(history)
    if n > patience and np.argmax(history) < n - patience:
        return factor
    return lr
