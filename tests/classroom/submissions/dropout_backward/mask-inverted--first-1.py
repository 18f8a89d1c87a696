# expect: mask-inverted

def dropout_backward(dy, mask):
    if mask is None:
        return dy
    return dy * (mask == 0)
