# expect: convolutions-shrink

def layer_shapes(configuration, input_shape):
    c, h, w = input_shape
    result = []
    for entry in configuration:
        if entry == "M":
            h, w = h // 2, w // 2
        else:
            c, k = (entry, 3) if isinstance(entry, int) else entry
            h, w = h - k + 1, w - k + 1
        result.append((c, h, w))
    return result
