# expect: right

import numpy as np


def plateau(history, lr, factor, patience):
    h = np.asarray(history, dtype=float)
    n = h.size
    stuck = n > patience and not np.any(h[n - patience:] > np.max(h[:n - patience]))
    return lr * (factor if stuck else 1)
