# expect: compares-with-mean

import numpy as np


def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    if history[-1] <= np.mean(history[:-1]):
        lr *= factor
    return lr
