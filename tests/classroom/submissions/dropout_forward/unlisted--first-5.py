# expect: unlisted: mask and y exchanged

def dropout_forward(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape) >= p) / (1 - p)
        return mask, x * mask
    return None, x
