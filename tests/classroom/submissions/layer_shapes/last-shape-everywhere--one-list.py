# expect: last-shape-everywhere

def layer_shapes(configuration, input_shape):
    shape = list(input_shape)
    shapes = []
    for item in configuration:
        if item == "M":
            shape[1] //= 2
            shape[2] //= 2
        else:
            shape[0] = item if isinstance(item, int) else item[0]
        shapes.append(shape)
    return shapes
