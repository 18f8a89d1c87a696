# expect: field-multiplied-by-stride

def receptive_field(layers):
    if len(layers) == 0:
        return 1, 1
    r, j = receptive_field(layers[:-1])
    k, s = layers[-1]
    return (r + k - 1) * s, j * s
