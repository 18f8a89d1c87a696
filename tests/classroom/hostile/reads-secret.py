# Prints a file of the machine.
def relu_forward(x):
    print(open("@OUTSIDE@/secret.txt").read())
    return x
