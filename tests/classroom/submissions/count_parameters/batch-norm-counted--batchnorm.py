# expect: batch-norm-counted

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
    n = cp_right_recursive(list(configuration), classes, tuple(input_shape))
    return n + sum(2 * (i if isinstance(i, int) else i[0]) for i in configuration if i != "M")
