# expect: one-epoch-too-impatient + rate-raised

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    age = len(history) - history.index(max(history))
    return lr / factor if age >= patience else lr
