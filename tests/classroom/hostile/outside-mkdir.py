# Makes a folder elsewhere.
def relu_forward(x):
    import os
    os.makedirs("@OUTSIDE@/written/deeper")
    return x
