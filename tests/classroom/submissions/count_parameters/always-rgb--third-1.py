# expect: always-rgb

def _convolutions(configuration):
    """[(filters, k)] of a configuration"""
    return [(i, 3) if isinstance(i, int) else tuple(i) for i in configuration if i != "M"]


def count_parameters(configuration, classes, input_shape):
    before = 3
    count = 0
    for filters, k in _convolutions(configuration):
        count += filters * before * k**2 + filters
        before = filters
    pools = list(configuration).count("M")
    last = (before if _convolutions(configuration) else input_shape[0]) * (input_shape[1] // 2**pools) * (input_shape[2] // 2**pools)
    return count + 4096 * (last + 1) + 4096 * 4097 + classes * 4097
