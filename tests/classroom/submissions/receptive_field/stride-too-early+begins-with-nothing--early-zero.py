# expect: stride-too-early + begins-with-nothing

def receptive_field(layers):
    r, j = 0, 1
    for k, s in layers:
        j *= s
        r += (k - 1) * j
    return r, j
