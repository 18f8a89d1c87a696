# expect: training-and-test-swapped

def dropout_forward(x, p, train_flg, rng):
    test = not train_flg
    mask = rng.choice([0.0, 1 / (1 - p)], size=x.shape, p=[p, 1 - p]) if test else None
    return (x if mask is None else x * mask), mask
