# expect: right

def dropout_forward(x, p, training, rng):
    if not training:
        return [x, None]
    mask = rng.binomial(1, 1 - p, size=x.shape) / (1 - p)
    return [x * mask, mask]
