# expect: biases-of-convolutions-forgotten + always-1000-classes

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * c * k * k
            c = f
    total += 4096 * (c * h * w) + 4096
    total += 4096 * 4096 + 4096
    total += 1000 * 4096 + 1000
    return total
