# expect: pools-do-nothing

def layer_shapes(configuration, input_shape):
    shapes = [tuple(input_shape)]
    for item in configuration:
        c, h, w = shapes[-1]
        if item == "M":
            shapes.append((c, h, w))
        else:
            shapes.append((item if isinstance(item, int) else item[0], h, w))
    return shapes[1:]
