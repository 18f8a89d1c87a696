# expect: rounded-up + convolutions-shrink

def layer_shapes(configuration, input_shape):
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = -(-h // 2), -(-w // 2)
        else:
            c, k = (item, 3) if isinstance(item, int) else item
            h, w = h - (k - 1), w - (k - 1)
        out.append((c, h, w))
    return out
