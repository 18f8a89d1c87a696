# expect: compares-with-epoch-before

def plateau(history, lr, factor, patience):
    if len(history) > patience and history[-1] <= history[-2]:
        return lr * factor
    return lr
