# expect: looks-at-last-epoch-only + factor-is-the-rate

def plateau(history, lr, factor, patience):
    if len(history) > patience and history[-1] <= max(history[:-1]):
        lr = factor
    return lr
