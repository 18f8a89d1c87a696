# expect: normal-instead-of-uniform

def dropout_forward(x, p, training, rng):
    if not training:
        return x, None
    mask = (rng.standard_normal(x.shape) < 1 - p) / (1 - p)
    return x * mask, mask
