# expect: last-layer-left-out

def receptive_field(layers):
    r, j = 1, 1
    for i in range(len(layers) - 1):
        k, s = layers[i]
        r, j = r + (k - 1) * j, j * s
    return r, j
