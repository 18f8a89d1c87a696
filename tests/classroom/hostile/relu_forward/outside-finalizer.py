# Writes when an object is removed.
def relu_forward(x):
    class Last:
        def __del__(self, open=open):
            open("@OUTSIDE@/written.txt", "w").write("here")
    Last()
    return x
