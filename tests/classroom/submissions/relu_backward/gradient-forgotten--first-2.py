# expect: gradient-forgotten

def relu_backward(dy, x):
    dx = x.copy()
    dx[x <= 0] = 0
    dx[x > 0] = 1
    return dx
