# expect: lowered-for-each-plateau

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    lr = plateau(history[:-1], lr, factor, patience)
    return lr * factor if max(history[-patience:]) <= max(history[:-patience]) else lr
