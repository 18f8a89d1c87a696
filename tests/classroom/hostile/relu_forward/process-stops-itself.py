# Stops itself with a signal, so that it never ends.
def relu_forward(x):
    import os, signal
    os.kill(os.getpid(), signal.SIGSTOP)
    return x
