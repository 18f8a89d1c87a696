# expect: not-scaled

def dropout_forward(x, p, training, rng):
    if training:
        mask = rng.random(x.shape) > p
        return x * mask, mask
    return x, None
