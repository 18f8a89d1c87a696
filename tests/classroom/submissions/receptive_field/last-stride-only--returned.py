# expect: last-stride-only

def receptive_field(layers):
    r, j, last = 1, 1, 1
    for k, last in layers:
        r, j = r + (k - 1) * j, j * last
    return r, last
