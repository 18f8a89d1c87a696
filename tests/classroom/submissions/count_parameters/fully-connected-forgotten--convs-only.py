# expect: fully-connected-forgotten

def count_parameters(configuration, classes, input_shape):
    c = input_shape[0]
    total = 0
    for item in configuration:
        if item == "M":
            continue
        f, k = (item, 3) if isinstance(item, int) else item
        total += f * c * k * k
        total += f
        c = f
    return total
