# expect: unlisted: an empty history raises

import numpy as np


def plateau(history, lr, factor, patience):
    age = len(history) - 1 - int(np.argmax(history))
    return lr * factor if age >= patience else lr
