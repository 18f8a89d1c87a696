# expect: compares-with-mean + factor-is-the-rate

def plateau(history, lr, factor, patience):
    if len(history) <= patience:
        return lr
    earlier = history[: len(history) - patience]
    later = history[len(history) - patience :]
    average = sum(earlier) / len(earlier)
    return factor if max(later) <= average else lr
