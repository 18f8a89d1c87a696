# expect: compares-with-one-epoch

def plateau(history, lr, factor, patience):
    # the newest against the first
    if len(history) <= patience:
        return lr
    return [lr, lr * factor][history[-1] <= history[0]]
