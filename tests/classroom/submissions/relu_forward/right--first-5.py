# expect: right

def relu_forward(x):
    y = x.copy()
    y[y < 0] = -0.0
    return y
