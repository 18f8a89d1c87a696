# expect: mask-not-scaled

def dropout_forward(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape) >= p).astype(x.dtype)
        y = x * mask / (1 - p)
        return y, mask
    return x, None
