# expect: one-bias-for-each-input

def count_parameters(configuration, classes, input_shape):
    shape, parts = list(input_shape), []
    for item in configuration:
        if item == "M":
            shape = [shape[0], shape[1] // 2, shape[2] // 2]
            continue
        filters, side = item if isinstance(item, (list, tuple)) else (item, 3)
        parts.append(filters * (shape[0] * side ** 2 + 1))
        shape[0] = filters
    ins = shape[0] * shape[1] * shape[2]
    for outs in (4096, 4096, classes):
        parts.append(ins * outs + ins)
        ins = outs
    return sum(parts)
