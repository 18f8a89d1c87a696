# expect: scaled-by-drop-probability

def dropout_forward(x, p, training, rng):
    if training:
        keep = 1 - p
        mask = rng.binomial(n=1, p=keep, size=x.shape) / p
        return x * mask, mask
    return x, None
