# expect: input-returned


def relu_backward(dy, x):
    return x.copy()
