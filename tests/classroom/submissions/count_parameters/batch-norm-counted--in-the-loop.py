# expect: batch-norm-counted

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * (c * k * k + 3)
            c = f
    sizes = (c * h * w, 4096, 4096, classes)
    for i, o in zip(sizes, sizes[1:]):
        total += i * o + o
    return total
