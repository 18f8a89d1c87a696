# expect: one-by-one-grows

def layer_shapes(configuration, input_shape):
    c, h, w = input_shape
    shapes = []
    pad = 1
    for item in configuration:
        if isinstance(item, str):
            h = (h - 2) // 2 + 1
            w = (w - 2) // 2 + 1
        else:
            if isinstance(item, (tuple, list)):
                c, k = item
            else:
                c, k = item, 3
            h, w = h + 2 * pad - k + 1, w + 2 * pad - k + 1
        shapes.append((c, h, w))
    return shapes
