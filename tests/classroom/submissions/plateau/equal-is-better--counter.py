# expect: equal-is-better

def plateau(history, lr, factor, patience):
    best, epochs = 0, 0
    for h in history:
        if h >= best:
            best = h
            epochs = 0
        else:
            epochs += 1
    return lr * factor if epochs >= patience else lr
