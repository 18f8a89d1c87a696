# expect: unlisted: height and width are floats (15 / 2 = 7.5, 7.5 / 2 = 3.75)

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
