# Writes when the process ends.
def relu_forward(x):
    import atexit
    atexit.register(lambda: open("@OUTSIDE@/written.txt", "w").write("here"))
    return x
