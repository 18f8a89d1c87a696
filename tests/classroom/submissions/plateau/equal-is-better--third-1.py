# expect: equal-is-better

import math


def plateau(history, lr, factor, patience):
    best, waited = -math.inf, 0
    for acc in history:
        if acc >= best:
            best, waited = acc, 0
        else:
            waited += 1
    return lr * factor if waited >= patience else lr
