# expect: right

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h //= 2
            w //= 2
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += f * (c * k * k + 1)
        c = f
    for n in (4096, 4096, classes):
        total += n * (c * h * w + 1)
        c, h, w = n, 1, 1
    return total
