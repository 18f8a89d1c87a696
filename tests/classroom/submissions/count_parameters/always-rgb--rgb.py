# expect: always-rgb

def count_parameters(configuration, classes, input_shape):
    channels = 3
    _, h, w = input_shape
    n = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            n += (k * k * channels + 1) * f
            channels = f
    return n + (channels * h * w + 1) * 4096 + 4097 * 4096 + 4097 * classes
