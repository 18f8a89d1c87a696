# expect: upside-down + rate-raised

def plateau(history, lr, factor, patience):
    cut = len(history) - patience
    if cut > 0 and max(history[cut:]) > max(history[:cut]):
        return lr / factor
    return lr
