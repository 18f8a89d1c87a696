# expect: stride-of-this-layer-only + last-stride-only

def receptive_field(layers):
    r, s = 1, 1
    for k, s in layers:
        r += (k - 1) * s
    return r, s
