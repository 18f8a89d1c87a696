# expect: strides-forgotten

def receptive_field(layers):
    return sum(k for k, _ in layers) - len(layers) + 1, 1
