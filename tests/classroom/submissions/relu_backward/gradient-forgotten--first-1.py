# expect: gradient-forgotten

def relu_backward(dy, x):
    return (x > 0).astype(int)
