# expect: always-7x7

def count_parameters(configuration, classes, input_shape):
    convs = [i if isinstance(i, (list, tuple)) else (i, 3) for i in configuration if i != "M"]
    c = input_shape[0]
    total = 0
    for f, k in convs:
        total += f * c * k * k + f
        c = f
    return total + (c * 7 * 7 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * classes
