# expect: looks-at-last-epoch-only

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    best = -1
    for a in history[:-patience]:
        best = max(best, a)
    return lr if history[-1] > best else lr * factor
