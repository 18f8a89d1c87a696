# expect: mask-missing

def dropout_forward(x, p, training, rng):
    if training:
        x = x * (rng.random(x.shape) >= p) / (1 - p)
    return x, None
