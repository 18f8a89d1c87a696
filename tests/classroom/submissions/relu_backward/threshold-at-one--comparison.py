# expect: threshold-at-one

def relu_backward(dy, x):
    return dy * (x > 1)
