# Prints its arguments to the other stream.
def relu_forward(x):
    import sys
    print(x.tolist(), file=sys.stderr, flush=True)
    return x
