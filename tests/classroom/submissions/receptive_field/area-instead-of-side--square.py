# expect: area-instead-of-side

def receptive_field(layers):
    side, j = 1, 1
    for k, s in layers:
        side += (k - 1) * j
        j *= s
    return side ** 2, j
