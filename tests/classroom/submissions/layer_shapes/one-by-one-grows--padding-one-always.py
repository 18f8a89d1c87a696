# expect: one-by-one-grows

def layer_shapes(configuration, input_shape):
    # padding 1 whatever the kernel: 5x5 shrinks
    c, h, w = input_shape
    out = []
    for item in configuration:
        if isinstance(item, str):
            h, w = h // 2, w // 2
        else:
            c, k = (item, 3) if isinstance(item, int) else item
            h = (h + 2 * 1 - k) // 1 + 1
            w = (w + 2 * 1 - k) // 1 + 1
        out.append((c, h, w))
    return out
