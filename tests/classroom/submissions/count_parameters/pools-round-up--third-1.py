# expect: pools-round-up

def count_parameters(configuration, classes, input_shape):
    c, h, w = input_shape
    total = 0
    for item in configuration:
        if item == "M":
            h, w = -(-h // 2), -(-w // 2)
        else:
            f, k = (item, 3) if isinstance(item, int) else item
            total += f * (c * k * k + 1)
            c = f
    nodes = [c * h * w, 4096, 4096, classes]
    return total + sum((nodes[i] + 1) * nodes[i + 1] for i in range(3))
