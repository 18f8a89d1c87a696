# expect: area-instead-of-side

def rf_right_loop(layers):
    r, j = 1, 1
    for k, s in layers:
        r += (k - 1) * j
        j *= s
    return r, j


def receptive_field(layers):
    r, j = rf_right_loop(layers)
    return r * r, j
