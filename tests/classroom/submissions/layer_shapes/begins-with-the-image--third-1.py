# expect: begins-with-the-image

def layer_shapes(configuration, input_shape):
    shapes = [tuple(input_shape)]
    for item in configuration:
        c, h, w = shapes[-1]
        if item == "M":
            shapes.append((c, h >> 1, w >> 1))
        else:
            filters = item[0] if hasattr(item, "__len__") else item
            shapes.append((filters, h, w))
    return shapes
