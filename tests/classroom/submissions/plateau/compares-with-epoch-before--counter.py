# expect: compares-with-epoch-before

def plateau(history, lr, factor, patience):
    count = 0
    for i in range(1, len(history)):
        if history[i] > history[i - 1]:
            count = 0
        else:
            count += 1
    return lr * factor if count >= patience else lr
