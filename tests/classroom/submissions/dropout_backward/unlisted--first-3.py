# expect: unlisted: fails WITH a mask: "if mask:" of an array

def dropout_backward(dy, mask):
    if mask:
        return dy * mask
    return dy
