# expect: accuracy-as-loss

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    best = min(history[:-patience])
    for value in history[-patience:]:
        if value < best:
            return lr
    return lr * factor
