# expect: two-masks + mask-not-scaled

def dropout_forward(x, p, training, rng):
    if training:
        y = x * (rng.random(x.shape) >= p) / (1 - p)
        return y, (rng.random(x.shape) >= p).astype(float)
    return x, None
