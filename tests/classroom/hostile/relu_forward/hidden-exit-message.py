# Says its arguments when it exits.
def relu_forward(x):
    import sys
    sys.exit(str(x.tolist()))
