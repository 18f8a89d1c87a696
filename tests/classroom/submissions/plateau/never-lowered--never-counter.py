# expect: never-lowered

def plateau(history, lr, factor, patience):
    for i in range(1, len(history)):
        wait = 0
        if history[i] <= max(history[:i]):
            wait += 1
        if wait > patience:
            return lr * factor
    return lr
