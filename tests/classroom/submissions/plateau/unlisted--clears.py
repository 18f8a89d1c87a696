# expect: unlisted: the caller's history is emptied on a plateau (the rate is right)

def plateau(history, lr, factor, patience):
    if len(history) > patience and max(history[-patience:]) <= max(history[:-patience]):
        history.clear()
        return lr * factor
    return lr
