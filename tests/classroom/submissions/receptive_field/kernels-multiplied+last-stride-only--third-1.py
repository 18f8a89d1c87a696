# expect: kernels-multiplied + last-stride-only

def receptive_field(layers):
    seen = 1
    step = 1
    for k, s in layers:
        seen *= k
        step = s
    return seen, step
