# expect: always-rgb + always-7x7

def count_parameters(configuration, classes, input_shape):
    prev, total = 3, 0
    for item in configuration:
        if item == "M":
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += (prev * k * k + 1) * f
        prev = f
    return total + (prev * 7 * 7 + 1) * 4096 + 4097 * (4096 + classes)
