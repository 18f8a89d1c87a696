# expect: mask-not-applied

def dropout_forward(x, p, training, rng):
    if training:
        keep = 1.0 - p
        mask = rng.binomial(1, keep, size=x.shape) / keep
        return x / keep, mask
    return x, None
