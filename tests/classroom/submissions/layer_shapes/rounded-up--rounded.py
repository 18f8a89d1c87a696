# expect: rounded-up

def layer_shapes(configuration, input_shape):
    # round(): 7.5 -> 8, but 2.5 -> 2
    c, h, w = input_shape
    out = []
    for item in configuration:
        if item == "M":
            h, w = round(h / 2), round(w / 2)
        else:
            c = item if isinstance(item, int) else item[0]
        out.append((c, h, w))
    return out
