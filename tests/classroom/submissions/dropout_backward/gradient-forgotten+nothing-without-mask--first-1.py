# expect: gradient-forgotten + nothing-without-mask

def dropout_backward(dy, mask):
    return mask
