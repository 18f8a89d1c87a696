# expect: channels-not-passed-on + hidden-layers-missing

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    last = c
    n = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
            continue
        last, k = (item, 3) if isinstance(item, int) else item
        n += last * (c * k * k + 1)
    return n + (last * h * w + 1) * classes
