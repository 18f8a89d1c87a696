# expect: small-improvements-ignored

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    return lr if max(history[-patience:]) > max(history[:-patience]) + 0.01 else lr * factor
