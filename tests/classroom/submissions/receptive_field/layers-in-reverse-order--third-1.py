# expect: layers-in-reverse-order

def receptive_field(layers):
    r, j = 1, 1
    for k, s in layers:
        r = (r - 1) * s + k
        j = j * s
    return r, j
