# expect: first-layer-only

def receptive_field(layers):
    if len(layers) == 0:
        return 1, 1
    k, s = layers[0]
    return k, s
