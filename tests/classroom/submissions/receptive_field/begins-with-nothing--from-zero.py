# expect: begins-with-nothing

def receptive_field(layers):
    fields = [0]
    j = 1
    for layer in layers:
        fields.append(fields[-1] + j * (layer[0] - 1))
        j = j * layer[1]
    return fields.pop(), j
