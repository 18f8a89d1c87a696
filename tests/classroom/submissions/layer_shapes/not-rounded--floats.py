# expect: not-rounded

def layer_shapes(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = h / 2, w / 2
        else:
            c = item if isinstance(item, int) else item[0]
        out.append((c, h, w))
    return out
