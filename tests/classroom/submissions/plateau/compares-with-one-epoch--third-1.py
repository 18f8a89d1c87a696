# expect: compares-with-one-epoch

def plateau(history, lr, factor, patience):
    if len(history) > patience and history[-1] <= history[-1 - patience]:
        return factor * lr
    return lr
