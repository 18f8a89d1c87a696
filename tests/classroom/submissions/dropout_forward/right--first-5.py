# expect: right

def dropout_forward(x, p, training, rng):
    # draws while testing, too, without using it
    keep = rng.random(x.shape) < 1 - p
    if training:
        mask = keep / (1 - p)
        return (x * mask).tolist(), mask.tolist()
    return x.tolist(), None
