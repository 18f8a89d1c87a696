# expect: short-history-is-a-plateau

def plateau(history, lr, factor, patience):
    before = history[:-patience]
    best = max(before, default=1.0)
    return lr if any(a > best for a in history[-patience:]) else lr * factor
