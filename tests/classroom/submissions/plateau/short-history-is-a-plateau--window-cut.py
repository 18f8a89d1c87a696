# expect: short-history-is-a-plateau

def plateau(history, lr, factor, patience):
    # with too few epochs the "best before" is the first one, and the window all of them
    if len(history) == 0:
        return lr
    cut = max(len(history) - patience, 1)
    best = max(history[:cut])
    for a in history[max(len(history) - patience, 0):]:
        if a > best:
            return lr
    return lr * factor
