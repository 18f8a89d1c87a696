# expect: rate-raised + one-epoch-too-impatient

import numpy as np


def plateau(history, lr, factor, patience):
    if len(history) == 0:
        return lr
    newest = len(history) - 1
    age = newest - int(np.argmax(history))
    return lr / factor if age >= patience - 1 else lr
