# expect: absolute-value

def relu_forward(x):
    y = x.copy()
    y[y < 0] *= -1
    return y
