# expect: maps-taken-for-square

def count_parameters(configuration, classes, input_shape):
    channels, side = input_shape[0], input_shape[1]
    weights = biases = 0
    for item in configuration:
        if item == "M":
            side //= 2
        else:
            filters, kernel = (item, 3) if isinstance(item, int) else item
            weights += channels * filters * kernel * kernel
            biases += filters
            channels = filters
    weights += channels * side * side * 4096 + 4096 * 4096 + 4096 * classes
    biases += 4096 + 4096 + classes
    return weights + biases
