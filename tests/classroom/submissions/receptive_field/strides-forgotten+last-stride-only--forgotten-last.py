# expect: strides-forgotten + last-stride-only

def receptive_field(layers):
    r, s = 1, 1
    for k, s in layers:
        r += k - 1
    return r, s
