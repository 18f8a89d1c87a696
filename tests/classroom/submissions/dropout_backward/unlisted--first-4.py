# expect: unlisted: mask added instead of multiplied

def dropout_backward(dy, mask):
    return dy if mask is None else dy + mask
