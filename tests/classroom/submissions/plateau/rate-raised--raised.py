# expect: rate-raised

import math


def plateau(history, lr, factor, patience):
    best, at = -math.inf, -1
    for i, a in enumerate(history):
        if a > best:
            best, at = a, i
    return lr / factor if len(history) - 1 - at >= patience and history else lr
