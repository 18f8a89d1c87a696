# expect: scaled-twice

def dropout_backward(dy, mask):
    if mask is None:
        return dy
    scale = mask.max()
    return dy * mask * scale
