# expect: kernel-side-once

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if isinstance(item, str):
            h, w = h // 2, w // 2
            continue
        if isinstance(item, int):
            item = (item, 3)
        total += (item[1] * c + 1) * item[0]
        c = item[0]
    total += (c * h * w + 1) * 4096
    total += (4096 + 1) * 4096
    total += (4096 + 1) * classes
    return total
