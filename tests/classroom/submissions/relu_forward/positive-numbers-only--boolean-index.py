# expect: positive-numbers-only

def relu_forward(x):
    positive = x > 0
    return x[positive]
