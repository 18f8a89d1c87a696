# expect: keep-and-drop-swapped

def dropout_forward(x, p, training, rng):
    # CS231n's p is the probability to keep
    if not training:
        return x, None
    mask = (rng.random(x.shape) < p) / p
    return x * mask, mask
