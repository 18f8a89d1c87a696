# expect: adds-whole-kernels + begins-with-nothing

def receptive_field(layers):
    r, j = 0, 1
    for k, s in layers:
        r, j = r + k * j, j * s
    return r, j
