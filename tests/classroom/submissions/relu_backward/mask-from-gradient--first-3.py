# expect: mask-from-gradient

def relu_backward(dy, x):
    return dy * (x > 0) * (dy > 0)
