# Leaves a process behind.
def relu_forward(x):
    import os, time
    if os.fork() == 0:
        os.setsid()
        time.sleep(1000)
    return x
