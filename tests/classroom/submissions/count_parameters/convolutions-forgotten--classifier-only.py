# expect: convolutions-forgotten

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            c = item if isinstance(item, int) else item[0]
    n = c * h * w
    return (n + 1) * 4096 + 4097 * 4096 + 4097 * classes
