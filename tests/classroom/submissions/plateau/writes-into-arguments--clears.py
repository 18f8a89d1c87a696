# expect: writes-into-arguments

def plateau(history, lr, factor, patience):
    if len(history) > patience and max(history[-patience:]) <= max(history[:-patience]):
        history.clear()
        return lr * factor
    return lr
