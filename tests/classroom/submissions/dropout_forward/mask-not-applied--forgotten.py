# expect: mask-not-applied

def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x, mask
