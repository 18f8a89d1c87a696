# expect: begins-with-nothing + results-in-another-order

def receptive_field(layers):
    r, j = 0, 1
    for k, s in layers:
        r += (k - 1) * j
        j *= s
    return j, r
