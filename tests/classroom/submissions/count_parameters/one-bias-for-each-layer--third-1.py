# expect: one-bias-for-each-layer

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h //= 2
            w //= 2
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += c * f * k * k + 1
        c = f
    sizes = [c * h * w, 4096, 4096, classes]
    for a, b in zip(sizes, sizes[1:]):
        total += a * b + 1
    return total
