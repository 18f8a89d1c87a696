# expect: right

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    before, last = history[:len(history) - patience], history[len(history) - patience:]
    return lr * factor if max(last) <= max(before) else lr
