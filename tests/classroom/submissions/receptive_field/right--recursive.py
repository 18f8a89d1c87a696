# expect: right

def receptive_field(layers):
    if not layers:
        return 1, 1
    *below, (k, s) = layers
    r, j = receptive_field(below)
    return r + (k - 1) * j, j * s
