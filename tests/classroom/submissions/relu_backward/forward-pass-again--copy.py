# expect: forward-pass-again

def relu_backward(dy, x):
    dx = x.copy()
    dx[x <= 0] = 0
    return dx
