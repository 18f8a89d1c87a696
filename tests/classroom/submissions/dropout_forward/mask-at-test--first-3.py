# expect: mask-at-test

def dropout_forward(x, p, training, rng):
    if not training:
        return x, 1.0
    mask = rng.binomial(1, 1 - p, x.shape) / (1 - p)
    return x * mask, mask
