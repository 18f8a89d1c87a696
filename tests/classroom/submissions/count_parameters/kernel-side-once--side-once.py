# expect: kernel-side-once

def count_parameters(configuration, classes, input_shape):
    def conv(c, item):
        f, k = (item, 3) if isinstance(item, int) else item
        return f, f * c * k + f
    c, h, w = input_shape
    s = 0
    for item in configuration:
        if item == "M":
            h, w = h // 2, w // 2
        else:
            c, n = conv(c, item)
            s += n
    return s + sum((a + 1) * b for a, b in [(c * h * w, 4096), (4096, 4096), (4096, classes)])
