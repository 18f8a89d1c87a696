# expect: scaled-at-test

def dropout_forward(x, p, training, rng):
    # divided
    y = x / (1 - p)
    mask = None
    if training:
        kept = rng.random(x.shape) > p
        y[~kept] = 0
        mask = kept / (1 - p)
    return y, mask
