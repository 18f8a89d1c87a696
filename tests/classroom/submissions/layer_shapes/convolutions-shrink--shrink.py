# expect: convolutions-shrink

def layer_shapes(configuration, input_shape):
    out = []
    shape = input_shape
    for item in configuration:
        c, h, w = shape
        if item == "M":
            shape = (c, h // 2, w // 2)
        else:
            f, k = item if not isinstance(item, int) else (item, 3)
            shape = (f, h - k + 1, w - k + 1)
        out.append(shape)
    return out
