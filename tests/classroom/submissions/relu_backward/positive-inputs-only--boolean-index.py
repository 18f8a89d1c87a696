# expect: positive-inputs-only

def relu_backward(dy, x):
    return dy[x > 0]
