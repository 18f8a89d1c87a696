# Lists the folder of the class.
def relu_forward(x):
    import os
    print(os.listdir("@OUTSIDE@"))
    return x
