# Writes a file elsewhere.
def relu_forward(x):
    open("@OUTSIDE@/written.txt", "w").write("here")
    return x
