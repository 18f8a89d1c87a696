# expect: nothing-dropped

def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = rng.random(x.shape) < (1 - p) / (1 - p)
    return x * mask, mask
