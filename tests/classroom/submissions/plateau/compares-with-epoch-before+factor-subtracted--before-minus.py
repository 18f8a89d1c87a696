# expect: compares-with-epoch-before + factor-subtracted

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    for i in range(len(history) - patience, len(history)):
        if history[i] > history[i - 1]:
            return lr
    return lr - factor
