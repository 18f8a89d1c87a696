# expect: one-epoch-too-patient

def plateau(history, lr, factor, patience):
    if not history:
        return lr
    since = len(history) - 1 - history.index(max(history))
    if since > patience:
        lr *= factor
    return lr
