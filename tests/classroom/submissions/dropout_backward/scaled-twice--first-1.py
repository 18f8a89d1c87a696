# expect: scaled-twice

def dropout_backward(dy, mask):
    if mask is None:
        return dy
    return dy * mask ** 2
