# expect: training-and-test-swapped

def dropout_forward(x, p, training, rng):
    if training:
        return x, None
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask
