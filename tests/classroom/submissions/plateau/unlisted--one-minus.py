# expect: unlisted: the rate falls by the factor: lr * (1 - factor)

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    return lr if max(history[-patience:]) > max(history[:-patience]) else lr * (1 - factor)
