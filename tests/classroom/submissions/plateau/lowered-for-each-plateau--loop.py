# expect: lowered-for-each-plateau

def plateau(history, lr, factor, patience):
    for n in range(patience + 1, len(history) + 1):
        if max(history[n - patience:n]) <= max(history[:n - patience]):
            lr *= factor
    return lr
