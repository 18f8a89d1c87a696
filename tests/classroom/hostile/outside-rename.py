# Moves another student's file to itself.
def relu_forward(x):
    import os
    os.rename("@OUTSIDE@/victim.py", "victim.py")
    return x
