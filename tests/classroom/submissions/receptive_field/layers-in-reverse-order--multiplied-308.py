# expect: layers-in-reverse-order

def receptive_field(layers):
    r = j = 1
    for k, s in layers:
        r = (r - 1) * s + k            # the formula for going down, going up
        j = j * s
    return r, j
