# Writes relative to a descriptor of the other folder.
def relu_forward(x):
    import os
    folder = os.open("@OUTSIDE@", os.O_RDONLY | os.O_DIRECTORY)
    os.write(os.open("written.txt", os.O_WRONLY | os.O_CREAT, dir_fd=folder), b"here")
    return x
