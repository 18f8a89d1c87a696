# expect: field-multiplied-by-stride

def receptive_field(layers):
    field = 1
    jump = 1
    for kernel, stride in layers:
        if stride > 1:
            field *= stride
        else:
            field += kernel - 1
        jump *= stride
    return field, jump
