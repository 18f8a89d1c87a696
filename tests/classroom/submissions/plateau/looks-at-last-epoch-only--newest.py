# expect: looks-at-last-epoch-only

def plateau(history, lr, factor, patience):
    *rest, newest = history or [0.0]
    if len(rest) < patience or newest > max(rest):
        return lr
    return lr * factor
