# expect: keep-and-drop-swapped

def dropout_forward(x, p, training, rng):
    if training:
        mask = rng.binomial(1, p, size=x.shape) / p
        return mask * x, mask
    else:
        return x.copy(), None
