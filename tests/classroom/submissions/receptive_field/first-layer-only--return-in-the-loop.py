# expect: first-layer-only

def receptive_field(layers):
    r, j = 1, 1
    for k, s in layers:
        r = r + (k - 1) * j
        j = j * s
        return r, j
    return r, j
