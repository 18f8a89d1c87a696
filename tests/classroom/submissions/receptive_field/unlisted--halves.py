# expect: unlisted: half a kernel on both sides, k // 2: wrong for even kernels

def receptive_field(layers):
    r, j = 1, 1
    for k, s in layers:
        r += 2 * (k // 2) * j
        j *= s
    return r, j
