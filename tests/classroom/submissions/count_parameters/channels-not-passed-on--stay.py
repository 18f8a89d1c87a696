# expect: channels-not-passed-on

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total, last = 0, c
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            last, k = (item, 3) if isinstance(item, int) else item
            total += last * (c * k * k + 1)
    return total + 4096 * (last * h * w + 1) + 4096 * 4097 + classes * 4097
