# expect: channels-not-passed-on + map-size-forgotten

def count_parameters(configuration, classes, input_shape):
    c = f = input_shape[0]
    total = 0
    for item in configuration:
        if item != "M":
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * (c * k * k + 1)
    return total + (f + 1) * 4096 + 4097 * 4096 + 4097 * classes
