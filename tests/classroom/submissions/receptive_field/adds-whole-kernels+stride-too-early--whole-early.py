# expect: adds-whole-kernels + stride-too-early

def receptive_field(layers):
    r, j = 1, 1
    for k, s in layers:
        j *= s
        r += k * j
    return r, j
