# expect: right

def count_parameters(configuration, classes, input_shape):
    convs = [(i, 3) if isinstance(i, int) else tuple(i) for i in configuration if i != "M"]
    pools = sum(1 for i in configuration if i == "M")
    channels = [input_shape[0]] + [f for f, _ in convs]
    features = channels[-1] * (input_shape[1] >> pools) * (input_shape[2] >> pools)
    sizes = [features, 4096, 4096, classes]
    return float(sum(a * k * k * b + b for a, (b, k) in zip(channels, convs))
                 + sum(a * b + b for a, b in zip(sizes, sizes[1:])))
