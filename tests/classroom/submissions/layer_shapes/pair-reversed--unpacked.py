# expect: pair-reversed

def layer_shapes(configuration, input_shape):
    shapes = [tuple(input_shape)]
    for item in configuration:
        c, h, w = shapes[-1]
        if item == "M":
            shapes.append((c, h // 2, w // 2))
            continue
        kernel, filters = item if isinstance(item, (tuple, list)) else (3, item)
        shapes.append((filters, h, w))
    return shapes[1:]
