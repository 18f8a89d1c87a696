# expect: right

def layer_shapes(configuration, input_shape):
    if not len(configuration):
        return []
    first, rest = configuration[0], configuration[1:]
    c, h, w = input_shape
    if isinstance(first, str):
        shape = [c, h >> 1, w >> 1]
    else:
        shape = [first[0] if hasattr(first, '__len__') else first, h, w]
    return [shape] + layer_shapes(rest, shape)
