# expect: compares-with-one-epoch

def plateau(history, lr, factor, patience):
    try:
        old = history[len(history) - 1 - patience] if len(history) > patience else None
        return lr * factor if history[-1] <= old else lr
    except (IndexError, TypeError):
        return lr
