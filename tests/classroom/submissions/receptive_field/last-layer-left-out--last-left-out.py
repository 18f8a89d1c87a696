# expect: last-layer-left-out

def receptive_field(layers):
    r, j = 1, 1
    for i in range(len(layers) - 1):
        r += (layers[i][0] - 1) * j
        j *= layers[i][1]
    return r, j
