# expect: mask-from-gradient

def relu_backward(dy, x):
    dx = dy.copy()
    dx[dy <= 0] = 0
    return dx
