# expect: two-masks

def dropout_forward(x, p, training, rng):
    def mask():
        return (rng.random(x.shape) >= p) / (1 - p)
    if training:
        return x * mask(), mask()
    return x, None
