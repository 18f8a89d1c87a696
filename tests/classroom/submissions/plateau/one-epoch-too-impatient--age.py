# expect: one-epoch-too-impatient

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    age = len(history) - history.index(max(history))      # 1 for the newest
    if age >= patience:
        return lr * factor
    return lr
