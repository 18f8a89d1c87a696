# expect: pools-left-out

def layer_shapes(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h //= 2
            w //= 2
            continue
        c = item if isinstance(item, int) else item[0]
        out += [(c, h, w)]
    return out
