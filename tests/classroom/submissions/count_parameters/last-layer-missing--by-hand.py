# expect: last-layer-missing

def count_parameters(configuration, classes, input_shape):
    n = 0
    c, h, w = input_shape
    for item in configuration:
        if item == "M":
            h //= 2
            w //= 2
        else:
            f, k = item if isinstance(item, (list, tuple)) else (item, 3)
            n += k * k * c * f + f
            c = f
    n += c * h * w * 4096 + 4096
    n += 4096 * 4096 + 4096
    return n
