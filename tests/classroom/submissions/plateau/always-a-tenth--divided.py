# expect: always-a-tenth

def plateau(history, lr, factor, patience):
    if len(history) > patience and max(history[-patience:]) <= max(history[:-patience]):
        lr = lr / 10
    return lr
