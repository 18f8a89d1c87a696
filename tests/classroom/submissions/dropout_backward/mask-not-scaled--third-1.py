# expect: mask-not-scaled

def dropout_backward(dy, mask):
    dx = dy.copy()
    if mask is not None:
        dx[mask == 0] = 0
    return dx
