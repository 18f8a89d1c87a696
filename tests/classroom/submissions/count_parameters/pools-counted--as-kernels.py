# expect: pools-counted

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    numbers = []
    for item in configuration:
        if item == "M":
            numbers.append(c * 2 ** 2)
            h, w = h // 2, w // 2
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            numbers.append(f + f * c * k ** 2)
            c = f
    numbers += [(c * h * w + 1) * 4096, (4096 + 1) * 4096, (4096 + 1) * classes]
    return sum(numbers)
