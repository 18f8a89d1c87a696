# expect: one-bias-for-each-kernel

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    layers = []
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        layers.append((c, f, k))
        c = f
    convolutions = sum((k ** 2 + 1) * a * b for a, b, k in layers)
    units = [c * h * w, 4096, 4096, classes]
    return convolutions + sum((units[n] + 1) * units[n + 1] for n in range(3))
