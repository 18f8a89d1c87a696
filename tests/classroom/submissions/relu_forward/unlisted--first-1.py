# expect: unlisted: changes its input in place

def relu_forward(x):
    x[x < 0] = 0
    return x
