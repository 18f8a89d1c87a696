# Becomes another program.
def relu_forward(x):
    import os
    os.execv("/bin/sh", ["sh", "-c", "echo here > @OUTSIDE@/written.txt"])
    return x
