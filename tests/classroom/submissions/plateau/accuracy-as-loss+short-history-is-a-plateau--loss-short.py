# expect: accuracy-as-loss + short-history-is-a-plateau

def plateau(history, lr, factor, patience):
    before = history[:-patience]
    return lr * factor if not before or min(history[-patience:]) >= min(before) else lr
