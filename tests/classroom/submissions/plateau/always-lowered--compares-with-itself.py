# expect: always-lowered

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    best = max(history)
    return lr * factor if max(history[-patience:]) <= best else lr
