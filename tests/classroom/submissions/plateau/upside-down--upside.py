# expect: upside-down

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    recent = max(history[len(history) - patience:])
    if recent > max(history[:len(history) - patience]):
        return lr * factor
    else:
        return lr
