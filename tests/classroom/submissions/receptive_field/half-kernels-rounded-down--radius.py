# expect: half-kernels-rounded-down

def receptive_field(layers):
    radius, jump = 0, 1
    for kernel, stride in layers:
        radius = radius + kernel // 2 * jump
        jump = jump * stride
    return 2 * radius + 1, jump
