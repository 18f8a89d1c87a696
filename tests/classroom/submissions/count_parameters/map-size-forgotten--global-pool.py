# expect: map-size-forgotten

def count_parameters(configuration, classes, input_shape):
    c, n = input_shape[0], 0
    for item in configuration:
        if item != "M":
            f, k = (item, 3) if isinstance(item, int) else item
            n += f * (c * k * k + 1)
            c = f
    return n + 4096 * (c + 1) + 4096 * (4096 + 1) + classes * (4096 + 1)
