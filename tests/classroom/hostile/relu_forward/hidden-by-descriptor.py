# Writes its arguments to descriptor 2.
def relu_forward(x):
    import os
    os.write(2, repr(x.tolist()).encode())
    return x
