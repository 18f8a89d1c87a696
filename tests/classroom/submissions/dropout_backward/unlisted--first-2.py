# expect: unlisted: matrix product

def dropout_backward(dy, mask):
    return dy if mask is None else dy.reshape(len(dy), -1) @ mask.reshape(len(mask), -1).T
