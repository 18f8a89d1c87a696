# expect: unlisted: strides have no effect at all, j stays 1 (strides-forgotten, in j as well)

def receptive_field(layers):
    return sum(k for k, _ in layers) - len(layers) + 1, 1
