# expect: stride-of-this-layer-only

def receptive_field(layers):
    r, j, i = 1, 1, 0
    while i < len(layers):
        r = r + (layers[i][0] - 1) * layers[i][1]
        j = j * layers[i][1]
        i += 1
    return r, j
