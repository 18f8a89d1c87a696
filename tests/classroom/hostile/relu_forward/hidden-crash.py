# Says its arguments in the crash of the interpreter.
def relu_forward(x):
    import faulthandler, os, sys
    print(x.tolist(), flush=True)
    os.abort()
