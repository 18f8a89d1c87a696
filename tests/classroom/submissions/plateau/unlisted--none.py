# expect: unlisted: nothing (None) is returned where the rate stays

def plateau(history, lr, factor, patience):
    if len(history) > patience and max(history[-patience:]) <= max(history[:-patience]):
        return lr * factor
