# expect: strides-added

def receptive_field(layers):
    r, j = 1, 0
    for k, s in layers:
        r += (k - 1) * (j or 1)
        if s > 1:
            j += s
    return r, j or 1
