# expect: always-lowered

def plateau(history, lr, factor, patience):
    if len(history) > patience:
        return lr * factor
    return lr
