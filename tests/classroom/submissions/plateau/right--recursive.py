# expect: right

def plateau(history, lr, factor, patience):
    def age(h):
        if len(h) < 2:
            return 0
        return 0 if all(h[-1] > a for a in h[:-1]) else age(h[:-1]) + 1
    return lr * factor ** (age(history) >= patience)
