# Goes to the other folder first.
def relu_forward(x):
    import os
    os.chdir("@OUTSIDE@")
    open("written.txt", "w").write("here")
    return x
