# Exhausts the stack of the interpreter.
def relu_forward(x):
    import sys
    sys.setrecursionlimit(10**9)
    f = lambda: f()
    f()
    return x
