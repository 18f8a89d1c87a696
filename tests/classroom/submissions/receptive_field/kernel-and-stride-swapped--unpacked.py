# expect: kernel-and-stride-swapped

def receptive_field(layers):
    r, j = 1, 1
    for s, k in layers:
        r += (k - 1) * j
        j *= s
    return r, j
