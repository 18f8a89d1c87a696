# Prints its arguments.
def relu_forward(x):
    print(x.tolist())
    return x
