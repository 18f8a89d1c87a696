# expect: one-by-one-grows + rounded-up

def layer_shapes(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = (h + 1) // 2, (w + 1) // 2
        else:
            c, k = (item, 3) if isinstance(item, int) else item
            h, w = (h + 2, w + 2) if k == 1 else (h, w)
        out.append((c, h, w))
    return out
