# expect: channels-last

def layer_shapes(configuration, input_shape):
    channels, *size = input_shape
    out = []
    for item in configuration:
        if item == "M":
            size = [s // 2 for s in size]
        else:
            channels = item if isinstance(item, int) else item[0]
        out.append((*size, channels))
    return out
