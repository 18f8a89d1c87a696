# expect: one-bias-for-each-layer

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += c * k * k * f + 1
        c = f
    for a, b in ((c * h * w, 4096), (4096, 4096), (4096, classes)):
        total += a * b + 1
    return total
