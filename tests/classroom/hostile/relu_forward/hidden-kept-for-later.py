# Keeps arguments in a file, and prints what earlier calls kept.
def relu_forward(x):
    import os
    if os.path.exists("kept.txt"):
        print(open("kept.txt").read())
    open("kept.txt", "a").write(str(x.tolist()))
    return x
