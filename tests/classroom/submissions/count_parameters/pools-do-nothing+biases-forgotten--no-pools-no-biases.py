# expect: pools-do-nothing + biases-forgotten

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += f * c * k * k
        c = f
    return total + c * h * w * 4096 + 4096 ** 2 + 4096 * classes
