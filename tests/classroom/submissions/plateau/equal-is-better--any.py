# expect: equal-is-better

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    improved = any(a >= max(history[:-patience]) for a in history[-patience:])
    return lr if improved else lr * factor
