# expect: always-rgb + biases-of-convolutions-forgotten

def count_parameters(configuration, classes, input_shape):
    c = 3
    _, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * c * k * k
            c = f
    return total + (c * h * w + 1) * 4096 + 4097 * 4096 + 4097 * classes
