# expect: right

def plateau(history, lr, factor, patience):
    # epochs since the best so far changed; the first epoch always sets it
    best, since = None, 0
    for accuracy in history:
        if best is None or accuracy > best:
            best, since = accuracy, 0
        else:
            since += 1
    if since >= patience:
        lr = lr * factor
    return lr
