# expect: factor-subtracted

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    ok = False
    for a in reversed(history[-patience:]):
        ok = ok or a > max(history[:-patience])
    if not ok:
        lr -= factor
    return lr
