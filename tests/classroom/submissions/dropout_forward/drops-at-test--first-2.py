# expect: drops-at-test

def dropout_forward(x, p, training, rng):
    # the mask is None as the task wants it, but y was made with one
    keep = 1.0 - p
    mask = rng.binomial(1, keep, x.shape) / keep
    y = x * mask
    return y, (mask if training else None)
