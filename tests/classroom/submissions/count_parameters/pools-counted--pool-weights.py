# expect: pools-counted

def cp_right_recursive(configuration, classes, input_shape):
    c, h, w = input_shape
    if not configuration:
        return (c * h * w + 1) * 4096 + 4097 * 4096 + 4097 * classes
    head, *tail = configuration
    if head == "M":
        return cp_right_recursive(tail, classes, (c, h // 2, w // 2))
    f, k = (head, 3) if isinstance(head, int) else head
    return f * k ** 2 * c + f + cp_right_recursive(tail, classes, (f, h, w))


def count_parameters(configuration, classes, input_shape):
    c, extra = input_shape[0], 0
    for item in configuration:
        if item == "M":
            extra += 4 * c
        else:
            c = item if isinstance(item, int) else item[0]
    return extra + cp_right_recursive(list(configuration), classes, tuple(input_shape))
