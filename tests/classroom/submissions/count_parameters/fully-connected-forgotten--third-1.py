# expect: fully-connected-forgotten

def _convolutions(configuration):
    """[(filters, k)] of a configuration"""
    return [(i, 3) if isinstance(i, int) else tuple(i) for i in configuration if i != "M"]


def count_parameters(configuration, classes, input_shape):
    convs = _convolutions(configuration)
    inputs = [input_shape[0]] + [f for f, _ in convs]
    return sum(f * (i * k * k + 1) for i, (f, k) in zip(inputs, convs))
