# expect: mask-at-test

def dropout_forward(x, p, training, rng):
    # drawn, but not used
    mask = (rng.random(x.shape) >= p) / (1 - p)
    if training:
        return x * mask, mask
    return x, mask
