# expect: scaled-at-test-only + keep-and-drop-swapped

def dropout_forward(x, p, training, rng):
    # p read as the probability to keep, as in the notes of 2015
    if training:
        mask = (rng.random(x.shape) < p) * 1.0
        return x * mask, mask
    return x * p, None
