# expect: one-epoch-too-impatient

def plateau(history, lr, factor, patience):
    # counts the best epoch itself: the wait begins at 1
    best, wait = -1.0, 0
    for a in history:
        wait += 1
        if a > best:
            best, wait = a, 1
    return lr * factor if wait >= patience else lr
