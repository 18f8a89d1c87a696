# expect: never-lowered

def plateau(history, lr, factor, patience):
    # the best of all is never below the best of the last
    if len(history) > patience and max(history) < max(history[-patience:]):
        lr = lr * factor
    return lr
