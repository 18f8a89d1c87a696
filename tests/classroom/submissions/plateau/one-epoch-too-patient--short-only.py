# expect: one-epoch-too-patient

import numpy as np


def plateau(history, lr, factor, patience):
    # right, but "too few" has one too many
    if len(history) < patience + 2:
        return lr
    h = np.array(history)
    return lr * factor if h[-patience:].max() <= h[:-patience].max() else lr
