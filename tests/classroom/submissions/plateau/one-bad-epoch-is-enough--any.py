# expect: one-bad-epoch-is-enough

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    best = max(history[:-patience])
    return lr * factor if any(a <= best for a in history[-patience:]) else lr
