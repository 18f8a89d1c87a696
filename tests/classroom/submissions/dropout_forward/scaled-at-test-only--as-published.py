# expect: scaled-at-test-only

def dropout_forward(x, p, training, rng):
    # dropout as the paper has it
    if training:
        mask = rng.random(x.shape) > p
        return x * mask, mask
    else:
        return x * (1.0 - p), None
