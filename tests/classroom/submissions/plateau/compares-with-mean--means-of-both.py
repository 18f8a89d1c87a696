# expect: compares-with-mean

import numpy as np


def plateau(history, lr, factor, patience):
    h = np.array(history)
    if h.size <= patience:
        return lr
    return lr * factor if np.mean(h[-patience:]) <= np.mean(h[:-patience]) else lr
