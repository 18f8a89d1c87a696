# expect: input-returned


def relu_backward(dy, x):
    dx = dy * (x > 0)
    dx[...] = x  # meant to be a mask
    return dx
