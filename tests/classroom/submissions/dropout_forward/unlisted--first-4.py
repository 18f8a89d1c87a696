# expect: unlisted: only y is returned while testing

def dropout_forward(x, p, training, rng):
    if training:
        mask = (rng.random(x.shape) >= p) / (1 - p)
        return x * mask, mask
    return x
