# expect: always-3x3 + biases-forgotten

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f = item if isinstance(item, int) else item[0]
            total += 3 * 3 * c * f
            c = f
    return total + c * h * w * 4096 + 4096 * 4096 + 4096 * classes
