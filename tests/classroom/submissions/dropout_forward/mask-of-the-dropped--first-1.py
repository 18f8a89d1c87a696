# expect: mask-of-the-dropped

def dropout_forward(x, p, training, rng):
    if training:
        drop = rng.random(x.shape) < p
        y = x / (1 - p)
        y[drop] = 0
        return y, drop
    return x, None
