# expect: accuracy-as-loss

import numpy as np


def plateau(history, lr, factor, patience):
    cut = len(history) - patience
    if cut <= 0:
        return lr
    return lr * factor if np.min(history[cut:]) >= np.min(history[:cut]) else lr
