# expect: factor-subtracted

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    return lr if max(history[-patience:]) > max(history[:-patience]) else lr * (1 - factor)
