# Starts a program with posix_spawn.
def relu_forward(x):
    import os, time
    os.posix_spawn("/bin/sh", ["sh", "-c", "echo here > @OUTSIDE@/written.txt"], {})
    time.sleep(0.3)
    return x
