# expect: one-epoch-too-patient

import math


def plateau(history, lr, factor, patience):
    best, wait = -math.inf, 0
    for a in history:
        if a > best:
            best = a
            wait = 0
        else:
            wait += 1
    return lr * factor if wait > patience else lr
