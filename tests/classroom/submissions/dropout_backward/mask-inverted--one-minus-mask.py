# expect: mask-inverted

def dropout_backward(dy, mask):
    return dy if mask is None else dy * (1 - mask)
