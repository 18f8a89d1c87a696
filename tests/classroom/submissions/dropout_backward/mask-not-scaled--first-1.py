# expect: mask-not-scaled

def dropout_backward(dy, mask):
    if mask is None:
        return dy
    dx = dy.copy()
    dx[mask == 0] = 0
    return dx
