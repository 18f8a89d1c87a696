# expect: always-7x7 + one-channel-for-each-filter

def _convolutions(configuration):
    """[(filters, k)] of a configuration"""
    return [(i, 3) if isinstance(i, int) else tuple(i) for i in configuration if i != "M"]


def count_parameters(configuration, classes, input_shape):
    convs = _convolutions(configuration)
    channels = convs[-1][0] if convs else input_shape[0]
    total = sum(f * (k * k + 1) for f, k in convs)
    total += (channels * 7 * 7 + 1) * 4096 + 4097 * 4096 + 4097 * classes
    return total
