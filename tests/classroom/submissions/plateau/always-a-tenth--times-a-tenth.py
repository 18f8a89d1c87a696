# expect: always-a-tenth

def plateau(history, lr, factor, patience):
    best_epoch = history.index(max(history)) if history else 0
    waited = len(history) - 1 - best_epoch
    return 0.1 * lr if waited >= patience else lr
