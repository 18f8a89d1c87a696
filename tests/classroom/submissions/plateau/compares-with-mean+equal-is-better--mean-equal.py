# expect: compares-with-mean + equal-is-better

import numpy as np


def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    mean = np.mean(history[:-patience])
    return lr if any(a >= mean for a in history[-patience:]) else lr * factor
