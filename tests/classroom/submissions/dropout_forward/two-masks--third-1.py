# expect: two-masks

def dropout_forward(x, p, training, rng):
    def draw():
        return rng.binomial(1, 1 - p, size=x.shape) / (1 - p)

    return (x * draw(), draw()) if training else (x, None)
