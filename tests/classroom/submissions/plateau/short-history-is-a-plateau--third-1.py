# expect: short-history-is-a-plateau

def plateau(history, lr, factor, patience):
    best = max(history[:-patience], default=float("inf"))
    if any(a > best for a in history[-patience:]):
        return lr
    return lr * factor
