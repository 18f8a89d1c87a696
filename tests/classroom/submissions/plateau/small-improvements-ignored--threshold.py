# expect: small-improvements-ignored

def plateau(history, lr, factor, patience):
    threshold = 0.005
    if len(history) < patience + 1:
        return lr
    old = max(history[: len(history) - patience])
    improved = [a for a in history[-patience:] if a - old > threshold]
    return lr if improved else lr * factor
