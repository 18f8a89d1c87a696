# expect: writes-into-arguments

def layer_shapes(configuration, input_shape):
    out = []
    for item in configuration:
        if item == "M":
            input_shape[1] //= 2
            input_shape[2] //= 2
        else:
            input_shape[0] = item if isinstance(item, int) else item[0]
        out.append(tuple(input_shape))
    return out
