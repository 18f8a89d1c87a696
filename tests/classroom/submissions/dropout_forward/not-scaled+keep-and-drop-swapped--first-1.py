# expect: not-scaled + keep-and-drop-swapped

def dropout_forward(x, p, training, rng):
    if training:
        mask = rng.binomial(1, p, x.shape)
        return x * mask, mask
    return x, None
