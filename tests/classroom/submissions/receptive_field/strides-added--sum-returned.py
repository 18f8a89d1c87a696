# expect: strides-added

def receptive_field(layers):
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j *= s
    return r, sum(s for k, s in layers) if layers else 1
