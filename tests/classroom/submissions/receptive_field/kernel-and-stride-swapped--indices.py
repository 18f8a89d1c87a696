# expect: kernel-and-stride-swapped

def receptive_field(layers):
    r = j = 1
    for layer in layers:
        r += (layer[1] - 1) * j
        j *= layer[0]
    return r, j
