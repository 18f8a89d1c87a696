# expect: height-and-width-exchanged

def ls_right_loop(configuration, input_shape):
    c, h, w = input_shape
    shapes = []
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        elif isinstance(item, int):
            c = item
        else:
            c = item[0]
        shapes.append((c, h, w))
    return shapes


def layer_shapes(configuration, input_shape):
    return [(c, w, h) for c, h, w in ls_right_loop(configuration, input_shape)]
