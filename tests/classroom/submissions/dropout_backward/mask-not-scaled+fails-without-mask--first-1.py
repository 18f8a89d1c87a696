# expect: mask-not-scaled + fails-without-mask

def dropout_backward(dy, mask):
    return dy * (mask > 0)
