# expect: channels-not-passed-on

def count_parameters(configuration, classes, input_shape):
    # ... not to the first fully connected layer either
    c, h, w = input_shape
    total = sum(f * (c * k * k + 1) for f, k in
                [(i, 3) if isinstance(i, int) else i for i in configuration if i != "M"])
    for _ in range(list(configuration).count("M")):
        h, w = h // 2, w // 2
    return total + 4096 * (c * h * w + 1) + 4096 * 4097 + classes * 4097
