# expect: accuracy-as-loss

def plateau(history, lr, factor, patience):
    best, bad = float('inf'), 0
    for value in history:
        if value < best:
            best, bad = value, 0
        else:
            bad += 1
    if bad >= patience:
        return lr * factor
    return lr
