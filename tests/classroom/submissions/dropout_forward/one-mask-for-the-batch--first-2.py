# expect: one-mask-for-the-batch

def dropout_forward(x, p, training, rng):
    # the mask has the shape of a row
    if training:
        mask = rng.binomial(1, 1 - p, size=x[0].shape) / (1 - p)
        return x * mask, mask
    return x, None
