# Writes with NumPy.
def relu_forward(x):
    x.tofile("@OUTSIDE@/written.bin")
    return x
