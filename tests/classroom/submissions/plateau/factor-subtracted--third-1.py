# expect: factor-subtracted

def plateau(history, lr, factor, patience):
    best, waited = None, 0
    for acc in history:
        if best is None or acc > best:
            best, waited = acc, 0
        else:
            waited += 1
    return lr - factor if waited >= patience else lr
