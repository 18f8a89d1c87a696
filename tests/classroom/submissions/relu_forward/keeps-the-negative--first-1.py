# expect: keeps-the-negative

def relu_forward(x):
    y = x.copy()
    y[x > 0] = 0
    return y
