# Runs a shell command through the C library.
def relu_forward(x):
    import ctypes
    ctypes.pythonapi.system(b"echo here > @OUTSIDE@/written.txt")
    return x
