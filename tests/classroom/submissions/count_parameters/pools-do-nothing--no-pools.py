# expect: pools-do-nothing

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in filter(lambda i: not isinstance(i, str), configuration):
        f, k = item if not isinstance(item, int) else (item, 3)
        total += f + f * c * k * k
        c = f
    widths = (c * h * w, 4096, 4096, classes)
    return total + sum(widths[i] * widths[i + 1] + widths[i + 1] for i in range(3))
