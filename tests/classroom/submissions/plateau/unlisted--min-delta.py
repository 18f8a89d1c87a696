# expect: unlisted: improvements below 0.01 do not count (min_delta)

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    return lr if max(history[-patience:]) > max(history[:-patience]) + 0.01 else lr * factor
