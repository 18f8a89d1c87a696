# expect: right

def count_parameters(configuration, classes, input_shape):
    def parts():
        c, h, w = input_shape
        for item in configuration:
            if isinstance(item, str):
                h, w = h // 2, w // 2
            else:
                f, k = item if isinstance(item, (list, tuple)) else (item, 3)
                for _ in range(f):
                    yield c * k * k + 1
                c = f
        yield c * h * w * 4096 + 4096
        yield 4096 * 4096 + 4096
        yield 4096 * classes + classes
    return sum(parts())
