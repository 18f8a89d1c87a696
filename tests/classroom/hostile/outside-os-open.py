# Writes a file elsewhere with the flags of the system.
def relu_forward(x):
    import os
    os.write(os.open("@OUTSIDE@/written.txt", os.O_WRONLY | os.O_CREAT), b"here")
    return x
