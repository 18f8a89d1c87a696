# expect: one-by-one-grows

def layer_shapes(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            c, k = (item, 3) if isinstance(item, int) else item
            if k == 1:
                h, w = h + 2, w + 2
        out.append((c, h, w))
    return out
