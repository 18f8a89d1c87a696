# expect: one-epoch-too-impatient

def plateau(history, lr, factor, patience):
    n = len(history)
    if n <= patience:
        return lr
    best = max(history[: n - patience + 1])
    for i in range(n - patience + 1, n):
        if history[i] > best:
            return lr
    return lr * factor
