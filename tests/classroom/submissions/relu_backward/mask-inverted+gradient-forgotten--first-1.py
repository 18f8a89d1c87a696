# expect: mask-inverted + gradient-forgotten

def relu_backward(dy, x):
    return 1.0 * (x <= 0)
