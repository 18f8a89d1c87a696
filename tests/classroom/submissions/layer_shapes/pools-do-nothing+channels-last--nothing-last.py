# expect: pools-do-nothing + channels-last

def layer_shapes(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item != "M":
            c = item if isinstance(item, int) else item[0]
        out.append((h, w, c))
    return out
