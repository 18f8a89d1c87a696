# expect: compares-with-epoch-before

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    steps = [b - a for a, b in zip(history, history[1:])]
    return lr * factor if all(s <= 0 for s in steps[len(steps) - patience:]) else lr
