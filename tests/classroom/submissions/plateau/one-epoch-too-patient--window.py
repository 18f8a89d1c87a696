# expect: one-epoch-too-patient

def plateau(history, lr, factor, patience):
    n = patience + 1
    if len(history) <= n:
        return lr
    for a in history[-n:]:
        if a > max(history[:-n]):
            return lr
    return lr * factor
