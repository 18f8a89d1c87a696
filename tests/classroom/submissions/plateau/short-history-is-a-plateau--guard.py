# expect: short-history-is-a-plateau

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr * factor
    return lr * factor if max(history[-patience:]) <= max(history[:-patience]) else lr
