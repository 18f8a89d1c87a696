# expect: layers-in-reverse-order + results-in-another-order

def receptive_field(layers):
    r, j = 1, 1
    for k, s in layers[::-1]:
        r += (k - 1) * j
        j *= s
    return j, r
