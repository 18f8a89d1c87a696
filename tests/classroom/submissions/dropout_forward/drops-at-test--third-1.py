# expect: drops-at-test

def dropout_forward(x, p, training, rng):
    mask = (rng.random(x.shape) > p).astype(float) / (1 - p)
    y = x * mask
    if not training:
        mask = None
    return y, mask
