# expect: one-channel-for-each-filter

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        elif isinstance(item, int):
            total += 9 * item + item
            c = item
        else:
            total += item[1] ** 2 * item[0] + item[0]
            c = item[0]
    units = [c * h * w] + [4096] * 2 + [classes]
    for i in range(3):
        total += (units[i] + 1) * units[i + 1]
    return total
