# expect: right

def dropout_backward(dy, mask):
    if mask is None:
        return dy.tolist()
    return (dy * mask).tolist()
