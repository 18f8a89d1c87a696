# expect: one-bad-epoch-is-enough

def plateau(history, lr, factor, patience):
    n = len(history)
    if n > patience:
        best = max(history[: n - patience])
        for accuracy in history[n - patience :]:
            if not accuracy > best:
                return lr * factor
    return lr
