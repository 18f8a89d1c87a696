# expect: always-3x3

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    params = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            f = item if isinstance(item, int) else item[0]
            params += f * (9 * c + 1)
            c = f
    fc = c * h * w
    for units in [4096, 4096, classes]:
        params += fc * units + units
        fc = units
    return params
