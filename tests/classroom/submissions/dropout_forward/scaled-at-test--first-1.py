# expect: scaled-at-test

def dropout_forward(x, p, training, rng):
    if training:
        mask = rng.random(x.shape) >= p
        mask = mask.astype(float)
        mask /= 1 - p
        return x * mask, mask
    return x * (1 - p), None
