# expect: one-epoch-too-patient + equal-is-better

def plateau(history, lr, factor, patience):
    best, wait = -1, 0
    for a in history:
        best, wait = (a, 0) if a >= best else (best, wait + 1)
    return lr * factor if wait > patience else lr
