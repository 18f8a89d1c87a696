# expect: always-7x7 + always-1000-classes

def count_parameters(configuration, classes, input_shape):
    c = input_shape[0]
    total = 0
    for item in configuration:
        if item == "M":
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += f * (c * k * k + 1)
        c = f
    return total + (49 * c + 1) * 4096 + 4097 * 4096 + 4097 * 1000
