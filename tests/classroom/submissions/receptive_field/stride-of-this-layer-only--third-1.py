# expect: stride-of-this-layer-only

def receptive_field(layers):
    r = j = 1
    for layer in layers:
        r = r + (layer[0] - 1) * layer[1]
        j = j * layer[1]
    return r, j
