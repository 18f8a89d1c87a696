# expect: maximum-along-an-axis

def relu_forward(x):
    return max(0, x.max())
