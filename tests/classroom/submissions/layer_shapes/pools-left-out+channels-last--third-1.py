# expect: pools-left-out + channels-last

def layer_shapes(configuration, input_shape):
    _, h, w = input_shape
    shapes = []
    for item in configuration:
        if item == "M":
            h //= 2
            w //= 2
            continue
        filters = item if isinstance(item, int) else item[0]
        shapes.append((h, w, filters))
    return shapes
