# Closes every descriptor before it returns.
def relu_forward(x):
    import os
    os.closerange(0, 256)
    return x
