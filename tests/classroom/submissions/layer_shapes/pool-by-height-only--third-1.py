# expect: pool-by-height-only

def layer_shapes(configuration, input_shape):
    shapes = [list(input_shape)]
    for item in configuration:
        new = shapes[-1].copy()
        if item == "M":
            new[1] //= 2
        else:
            new[0] = item if isinstance(item, int) else item[0]
        shapes.append(new)
    return [tuple(s) for s in shapes[1:]]
