# expect: strides-added

def receptive_field(layers):
    # stride 1 adds nothing
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j += s - 1
    return r, j
