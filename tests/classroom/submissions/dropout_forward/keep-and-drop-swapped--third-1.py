# expect: keep-and-drop-swapped

def dropout_forward(x, p, training, rng):
    if training:
        mask = (rng.random(size=x.shape) < p) / p
        return x * mask, mask
    return x, None
