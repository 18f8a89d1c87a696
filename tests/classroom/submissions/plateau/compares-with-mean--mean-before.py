# expect: compares-with-mean

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    before = history[:-patience]
    mean = sum(before) / len(before)
    for a in history[-patience:]:
        if a > mean:
            return lr
    return lr * factor
